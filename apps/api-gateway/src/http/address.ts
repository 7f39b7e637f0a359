import { siteOf } from '@skep/platform';
import type { FastifyRequest } from 'fastify';
import type { GatewayConfig } from '../gateway.config.js';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

type Addressed = Pick<FastifyRequest, 'host' | 'protocol'>;

/** The origin by which a client reached the gateway: the public address, or one on the same machine. Undefined if `Host` names another site. */
export function originOf({ host, protocol }: Addressed, config: Pick<GatewayConfig, 'SKEP_PUBLIC_URL'>): string | undefined {
  const site = new URL(siteOf(config));
  if (host === site.host) return site.origin;
  return LOOPBACK.includes(host.replace(/:\d+$/, '')) ? `${protocol}://${host}` : undefined;
}
