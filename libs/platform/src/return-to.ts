import { CommaList } from '@skep/contracts';

/** Schemes with which a browser would run or read something here. */
const UNSAFE_SCHEMES = ['javascript:', 'vbscript:', 'data:', 'blob:', 'file:'];

/** The setting RETURN_TO_ALLOW: origins such as `https://app.example.com`, and schemes of apps such as `myapp:` or `myapp://`. */
export const ReturnToAllow = (description: string): PropertyDecorator =>
  CommaList({ entry: readEntry, example: 'https://app.example.com,myapp://', description });

/** Whether a browser may come back to a URL. @param allowed what RETURN_TO_ALLOW contains */
export const mayReturnTo = ({ protocol, origin, username, password }: URL, allowed: ReadonlySet<string>): boolean =>
  !username && !password && allowed.has(/^https?:$/.test(protocol) ? origin : protocol);

/** Reads an origin, or the scheme of an app. @throws Error */
function readEntry(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*:)(\/\/)?$/i.exec(text)?.[1]?.toLowerCase();
  if (scheme && !['http:', 'https:', ...UNSAFE_SCHEMES].includes(scheme)) return scheme;
  const { protocol = '', origin = '', href } = URL.parse(text) ?? {};
  if (!/^https?:$/.test(protocol) || href !== `${origin}/`)
    throw new Error('must be an origin such as https://app.example.com, or a scheme such as myapp://');
  return origin;
}
