/** Base of relative URLs: whatever stays on it is a path of the host. */
const HOST = 'https://host.invalid';

const IMAGE_DATA = /^data:image\/(png|jpe?g|gif|webp|avif|svg\+xml)[;,]/i;

function parse(value: unknown): URL | undefined {
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  try {
    const url = new URL(value.trim(), HOST);
    // What stands before an @ looks like the host, and is not.
    url.username = '';
    url.password = '';
    return url;
  } catch {
    return undefined;
  }
}

function allowed(value: unknown, protocols: readonly string[]): string | undefined {
  const url = parse(value);
  if (!url) return undefined;
  // Two slashes at the start would name another host.
  if (url.origin === HOST) return url.pathname.replace(/^\/+/, '/') + url.search + url.hash;
  return protocols.includes(url.protocol) ? url.href : undefined;
}

/** The URL of a link if its scheme is https, http or mailto, or the path if it is one of the host. */
export const linkUrl = (value: unknown): string | undefined => allowed(value, ['https:', 'http:', 'mailto:']);

/** The URL of a video or a sound: https, http or a path of the host. */
export const mediaUrl = (value: unknown): string | undefined => allowed(value, ['https:', 'http:']);

/** The URL of an image: as for media, or data of a usual format. An SVG in an `<img>` runs no script. */
export const imageUrl = (value: unknown): string | undefined =>
  typeof value === 'string' && IMAGE_DATA.test(value.trim()) ? value.trim() : mediaUrl(value);

/** Whether a URL that one of these functions returned is a path of the host. */
export const isHostPath = (href: string): boolean => href.startsWith('/');
