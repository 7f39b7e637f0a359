import { CommaList, Int, OneOf, Optional, Text } from '@skep/contracts';
import { DEFAULT_OBJECTS, ObjectsUrl, ProcessConfig, rateLimitFaults, ReturnToAllow, type SettingFault } from '@skep/platform';
import { ATTESTED, parseAttestationModes } from './auth/attestation-modes.js';
import { LIMIT_NAMES } from './http/limit-names.js';
import { type Network, parseExemptNetwork, parseOrigin, parseProxy } from './http/network-settings.js';
import { parseServiceToken, type ServiceToken } from './auth/service-tokens.js';

/** The gateway's settings, read from the environment. */
export class GatewayConfig extends ProcessConfig {
  @Int({ min: 0, max: 65_535, description: 'Port of the public API.' }) PORT: number = 8080;
  @Text({ description: 'Address of the public API; 0.0.0.0 for all.' }) HOST: string = '127.0.0.1';
  @Text({
    pattern: /^https?:\/\//,
    description: 'Base URL for links in e-mails, icons and passkeys. With https, cookies are Secure and responses carry HSTS.',
  })
  SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @CommaList({
    entry: parseServiceToken,
    key: ({ name }) => name,
    example: 'panel:$(openssl rand -hex 24)',
    description:
      'Grants access to routes for services. One token of 16 characters or more, or several as `name:token`, separated by commas.',
  })
  SKEP_SERVICE_TOKEN!: ServiceToken[];
  @Text({
    example: 'auth.login=50,requests=6000',
    description: 'on, or name=number pairs, separated by commas; off for load tests, refused in production.',
  })
  SKEP_RATE_LIMITS: string = 'on';
  @CommaList({
    entry: parseExemptNetwork,
    example: '203.0.113.0/24,2001:db8::/48',
    description: 'Networks (CIDR) that are exempt from limits by network address.',
  })
  SKEP_RATE_LIMIT_EXEMPT: Network[] = [];
  @CommaList({ entry: parseOrigin, example: 'https://panel.example.com', description: 'Origins that CORS allows.' })
  SKEP_CORS_ORIGINS: string[] = [];
  @ReturnToAllow('Origins and schemes that OAuth flows may come back to. Pages of these origins may send routes.')
  RETURN_TO_ALLOW: string[] = [];
  @CommaList({
    entry: parseProxy,
    example: '10.0.0.0/8',
    description: 'Proxies whose X-Forwarded-For is trusted: their number, or their addresses (CIDR).',
  })
  SKEP_TRUST_PROXY: string[] = [];
  @Int({ min: 100, max: 600_000, description: 'Milliseconds for a request, including its body, to arrive.' })
  SKEP_REQUEST_TIMEOUT_MS: number = 30_000;
  @Optional()
  @Int({
    min: 0,
    max: 300,
    example: 5,
    description: 'Seconds to keep serving after SIGTERM, until load balancers notice; default 5 in production, else 0.',
  })
  SKEP_DRAIN_SECONDS?: number;
  @Int({ min: 1, max: 1000, description: 'Maximum of open event streams per user.' }) SKEP_MAX_STREAMS: number = 20;
  @Int({ min: 1, max: 10_000, description: 'Maximum of open sockets per user; without one, per network.' }) SKEP_MAX_SOCKETS: number = 20;
  @Int({ min: 1, description: 'Maximum of open sockets of a gateway.' }) SKEP_MAX_SOCKETS_TOTAL: number = 10_000;
  @Int({
    min: 100,
    max: 600_000,
    description: 'Milliseconds between two pings of a socket. One that does not answer until the next is closed.',
  })
  SKEP_SOCKET_PING_MS: number = 30_000;
  @ObjectsUrl() SKEP_OBJECTS: string = DEFAULT_OBJECTS;
  @Int({ min: 1, description: 'Bytes that an uploaded file may have.' }) SKEP_FILE_MAX_BYTES: number = 100_000_000;

  @OneOf(['on', 'off'], {
    description: 'on: some GET requests below /api answer without a token, with defaults and no one’s data. Refused in production.',
  })
  SKEP_AGENT_OPEN_READS: string = 'off';

  @Text({
    example: 'report,coach.beginCoaching=enforce',
    description:
      'Whether routes for devices want proof of the device: `off`, `report` (counts and logs what lacks it) or `enforce`, and `operation=mode` for single ones, separated by commas.',
  })
  SKEP_ATTESTATION: string = 'off';

  override faults(): SettingFault[] {
    const isOpen = this.SKEP_AGENT_OPEN_READS === 'on' && this.NODE_ENV === 'production';
    const fault = { setting: 'SKEP_AGENT_OPEN_READS', fault: 'must be off in production' };
    const { faults: modes } = parseAttestationModes(this.SKEP_ATTESTATION, ATTESTED);
    return [
      ...rateLimitFaults(this, LIMIT_NAMES),
      ...(isOpen ? [fault] : []),
      ...modes.map((mode) => ({ setting: 'SKEP_ATTESTATION', fault: mode })),
    ];
  }
}

const DRAIN_SECONDS = { production: 5, otherwise: 0 };

/** Milliseconds for which the gateway keeps serving after SIGTERM. */
export const drainMs = ({ SKEP_DRAIN_SECONDS, NODE_ENV }: GatewayConfig): number =>
  1000 * (SKEP_DRAIN_SECONDS ?? (NODE_ENV === 'production' ? DRAIN_SECONDS.production : DRAIN_SECONDS.otherwise));

/** Whether clients reach the gateway over TLS, usually through a proxy. */
export const isSecure = ({ SKEP_PUBLIC_URL }: GatewayConfig): boolean => SKEP_PUBLIC_URL.startsWith('https:');
