import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
/** A network: an address and the number of its leading bits. */
export type Network = [Address, number];

/** Reads networks like `10.0.0.0/8,fd00::/8`; a single address is a network of one. @throws Error naming the one that is none */
export function parseNetworks(text: string): Network[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    try {
      if (part.includes('/')) return ipaddr.parseCIDR(part);
      const address = ipaddr.parse(part);
      return [address, address.kind() === 'ipv4' ? 32 : 128];
    } catch {
      throw new Error(`'${part}' is not a network such as 10.0.0.0/8`);
    }
  });
}

/**
 * Whether an address may be called for a person or an app: a public one, or one of the allowed networks. An IPv4 address inside an IPv6
 * address counts as itself. The ranges are those of the IANA special-purpose registries, as ipaddr.js has them: loopback, private and link-local networks,
 * the metadata address of clouds, multicast, and the translations to IPv4 are not public.
 */
export function isCallable(text: string, allowed: readonly Network[]): boolean {
  return (ipaddr.isValid(text) && ipaddr.process(text).range() === 'unicast') || isInNetworks(text, allowed);
}

/** Whether a text is an address of one of these networks. */
export function isInNetworks(text: string, networks: readonly Network[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return networks.some((network) => network[0].kind() === address.kind() && address.match(network));
}
