import { isIP } from 'node:net';

/** Reads an entry of `SKEP_CORS_ORIGINS`, as a browser sends it: `https://panel.example`. @throws Error saying what is wrong with it */
export function readOrigin(entry: string): string {
  if (/^https?:/.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry) return entry;
  throw new Error('must be an origin such as https://panel.example, without a path or a slash at the end');
}

/** Reads an entry of `SKEP_TRUST_PROXY`: an address, a network, or alone a number of proxies. @throws Error saying what is wrong with it */
export function readProxy(entry: string, all: readonly string[]): string {
  if ((/^\d{1,2}$/.test(entry) && all.length === 1) || parseNetwork(entry)) return entry;
  throw new Error('must be an address or a network such as 10.0.0.0/8, or alone the number of proxies');
}

/** Whom Fastify believes `X-Forwarded-For`: that many proxies, those at the addresses given, or nobody. */
export function trustedProxies(proxies: string[]) {
  const hops = Number(proxies[0]);
  return Number.isInteger(hops) ? (_address: string, hop: number) => hop < hops : proxies.length > 0 && proxies;
}

/** A network of addresses: its first address, and how many bits of it all of them share. */
export interface Network {
  address: string;
  bits: number;
  family: 'ipv4' | 'ipv6';
}

/** Reads an entry of `SKEP_RATE_LIMIT_EXEMPT`: a network; an IPv6 one of /64 or wider, by which limits count. @throws Error saying what is wrong with it */
export function readNetwork(entry: string): Network {
  const network = parseNetwork(entry);
  if (network && (network.family === 'ipv4' || network.bits <= 64)) return network;
  throw new Error('must be a network such as 203.0.113.0/24 or 2001:db8::/48 (IPv6: /64 or wider)');
}

/** Of an address all bits are shared. Undefined for what is neither an address nor a network. */
function parseNetwork(entry: string): Network | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  const all = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? all : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  return version && !rest.length && bits <= all ? { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
}
