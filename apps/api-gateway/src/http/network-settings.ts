import { isIP } from 'node:net';

/** Parses an entry of `SKEP_CORS_ORIGINS`, in the form of the `Origin` header: `https://panel.example`. @throws Error that describes the fault */
export function parseOrigin(entry: string): string {
  if (/^https?:/.test(entry) && URL.canParse(entry) && new URL(entry).origin === entry) return entry;
  throw new Error('must be an origin such as https://panel.example, without a path or a trailing slash');
}

/** Parses an entry of `SKEP_TRUST_PROXY`: an address, a network, or as the only entry a number of proxies. @throws Error that describes the fault */
export function parseProxy(entry: string, entries: readonly string[]): string {
  if ((/^\d{1,2}$/.test(entry) && entries.length === 1) || parseNetwork(entry)) return entry;
  throw new Error('must be an address or a network such as 10.0.0.0/8, or a single number of proxies');
}

/** Fastify's `trustProxy`: a number of hops, the trusted addresses, or false. */
export function toTrustProxy(proxies: string[]) {
  const hops = Number(proxies[0]);
  return Number.isInteger(hops) ? (_address: string, hop: number) => hop < hops : proxies.length > 0 && proxies;
}

/** A network in CIDR notation: its address and the length of its prefix in bits. */
export interface Network {
  address: string;
  bits: number;
  family: 'ipv4' | 'ipv6';
}

/** Parses an entry of `SKEP_RATE_LIMIT_EXEMPT`. IPv6 networks must be /64 or wider, because limits count by /64. @throws Error that describes the fault */
export function parseExemptNetwork(entry: string): Network {
  const network = parseNetwork(entry);
  if (network && (network.family === 'ipv4' || network.bits <= 64)) return network;
  throw new Error('must be a network such as 203.0.113.0/24 or 2001:db8::/48 (IPv6: /64 or wider)');
}

/** Parses a network, or an address as a network of one. Returns undefined for anything else. */
function parseNetwork(entry: string): Network | undefined {
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  const maxBits = version === 4 ? 32 : 128;
  const bits = prefix === undefined ? maxBits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  return version && !rest.length && bits <= maxBits ? { address, bits, family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
}
