import { isIPv6 } from 'node:net';

const V4_IN_V6 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** The network that one customer of a provider usually has: an IPv4 address, or the /64 of an IPv6 address, in canonical form. */
export function networkOf(ip: string | undefined): string {
  if (!ip) return 'unknown';
  const embeddedV4 = V4_IN_V6.exec(ip)?.[1];
  if (embeddedV4 || !isIPv6(ip)) return embeddedV4 ?? ip;
  const [head = '', tail] = ip.split('%')[0]!.toLowerCase().split('::');
  const start = head ? head.split(':') : [];
  const end = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - start.length - end.length;
  const groups = [...start, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...end];
  return `${groups
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
