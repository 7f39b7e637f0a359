import { CommaList, Int, Optional, Text } from '@skep/contracts';
import { ProcessConfig, rateLimitFaults, type SettingFault } from '@skep/platform';
import { LIMIT_NAMES } from './http/limit-names.js';
import { type Network, readNetwork, readOrigin, readProxy } from './http/peers.js';
import { readServiceToken, type ServiceToken } from './auth/service-tokens.js';

/** What the gateway reads from its environment. */
export class GatewayConfig extends ProcessConfig {
  @Int({ min: 0, max: 65_535 }) PORT: number = 8080;
  @Text() HOST: string = '127.0.0.1';
  @Text({ pattern: /^https?:\/\//, description: 'Where people open this gateway; https makes cookies Secure and sends HSTS.' })
  SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @CommaList({
    entry: readServiceToken,
    key: ({ name }) => name,
    example: 'panel:$(openssl rand -hex 24)',
    description: 'One token, or several as `name:token`.',
  })
  SKEP_SERVICE_TOKEN!: ServiceToken[];
  @Text({ example: 'auth.login=50,requests=6000', description: 'on, off, or name=number pairs, separated by commas.' })
  SKEP_RATE_LIMITS: string = 'on';
  @CommaList({
    entry: readNetwork,
    example: '203.0.113.0/24,2001:db8::/48',
    description: 'Networks (CIDR) that the limits by network address do not apply to.',
  })
  SKEP_RATE_LIMIT_EXEMPT: Network[] = [];
  @CommaList({ entry: readOrigin, example: 'https://panel.example.com', description: 'Origins that browsers may call from.' })
  SKEP_CORS_ORIGINS: string[] = [];
  @CommaList({
    entry: readProxy,
    example: '10.0.0.0/8',
    description: 'Whose X-Forwarded-For to believe: how many proxies, or their addresses (CIDR).',
  })
  SKEP_TRUST_PROXY: string[] = [];
  @Int({ min: 100, max: 600_000, description: 'Milliseconds within which a request must have arrived, its body included.' })
  SKEP_REQUEST_TIMEOUT_MS: number = 30_000;
  @Optional()
  @Int({
    min: 0,
    max: 300,
    example: 5,
    description: 'Seconds to keep serving after SIGTERM while load balancers notice; 5 in production, else 0.',
  })
  SKEP_DRAIN_SECONDS?: number;
  @Int({ min: 1, max: 1000, description: 'Event streams one person may hold open.' }) SKEP_MAX_STREAMS: number = 20;

  override faults(): SettingFault[] {
    return rateLimitFaults(this, LIMIT_NAMES);
  }
}

const DRAIN_SECONDS = { production: 5, elsewhere: 0 };

/** How long the gateway keeps serving after SIGTERM, in milliseconds. */
export const drainMs = ({ SKEP_DRAIN_SECONDS, NODE_ENV }: GatewayConfig): number =>
  1000 * (SKEP_DRAIN_SECONDS ?? (NODE_ENV === 'production' ? DRAIN_SECONDS.production : DRAIN_SECONDS.elsewhere));

/** People reach the gateway over TLS, be it its own or that of a proxy in front. */
export const isSecure = ({ SKEP_PUBLIC_URL }: GatewayConfig): boolean => SKEP_PUBLIC_URL.startsWith('https:');
