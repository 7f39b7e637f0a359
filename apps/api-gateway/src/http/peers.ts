import { isIP } from 'node:net';

/** Reads an entry of `SKEP_CORS_ORIGINS`, as a browser sends it: `https://panel.example`. @throws Error saying what is wrong with it */
export function readOrigin(entry: string): string {
  if (/^https?:/.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry) return entry;
  throw new Error('must be an origin such as https://panel.example, without a path or a slash at the end');
}

/** Reads an entry of `SKEP_TRUST_PROXY`: an address, a network, or alone a number of proxies. @throws Error saying what is wrong with it */
export function readProxy(entry: string, all: readonly string[]): string {
  const [address = '', prefix = '0', ...rest] = entry.split('/');
  const bits = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  if (/^\d{1,2}$/.test(entry) && all.length === 1) return entry;
  if (rest.length === 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= bits) return entry;
  throw new Error('must be an address or a network such as 10.0.0.0/8, or alone the number of proxies');
}

/** Whom Fastify believes `X-Forwarded-For`: that many proxies, those at the addresses given, or nobody. */
export function trustedProxies(proxies: string[]) {
  const hops = Number(proxies[0]);
  return Number.isInteger(hops) ? (_address: string, hop: number) => hop < hops : proxies.length > 0 && proxies;
}
