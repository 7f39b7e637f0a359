const LOOPBACK = ['127.0.0.1', '[::1]', 'localhost'];
/** Schemes that a browser runs or opens itself. */
const FORBIDDEN = ['javascript:', 'data:', 'vbscript:', 'file:', 'blob:', 'about:', 'ftp:', 'ws:', 'wss:'];

const isLoopback = ({ protocol, hostname }: URL) => protocol === 'http:' && LOOPBACK.includes(hostname);

/** Whether a client may have this address: https, http on its own machine, or a scheme of an installed program (RFC 8252 §7). */
export function isRedirectUri(text: string): boolean {
  const url = URL.parse(text);
  if (!url || text.includes('#') || url.username || url.password || FORBIDDEN.includes(url.protocol)) return false;
  return url.protocol !== 'http:' || isLoopback(url);
}

/** Whether an address is one of the client's: the same text. On a loopback address the port may differ (RFC 8252 §7.3). */
export function isRegistered(text: string, registered: readonly string[]): boolean {
  if (registered.includes(text)) return true;
  const url = URL.parse(text);
  if (!url || !isLoopback(url)) return false;
  return registered.some((each) => {
    const other = URL.parse(each);
    if (!other || !isLoopback(other) || other.hostname !== url.hostname) return false;
    return each.replace(`${other.host}`, other.hostname) === text.replace(url.host, url.hostname);
  });
}

/** What a user is shown of an address: its host, or the scheme of a program. */
export const hostOf = (text: string): string => {
  const { host, protocol } = new URL(text);
  return host || protocol.slice(0, -1);
};

/** Only https proves who receives the response (RFC 8252 §8.6). */
export const provesReceiver = (text: string): boolean => text.startsWith('https:');
