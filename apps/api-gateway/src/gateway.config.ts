import { CommaList, Int, OneOf, Text } from '@skep/contracts';
import { ProcessConfig } from '@skep/platform';
import { readOrigin, readProxy } from './http/peers.js';
import { readServiceToken, type ServiceToken } from './who/service-tokens.js';

/** What the gateway reads from its environment. */
export class GatewayConfig extends ProcessConfig {
  @Int({ min: 0, max: 65_535 }) PORT: number = 8080;
  @Text() HOST: string = '127.0.0.1';
  @CommaList({ entry: readServiceToken, key: ({ name }) => name, description: 'One token, or several as `name:token`.' })
  SKEP_SERVICE_TOKEN!: ServiceToken[];
  @OneOf(['on', 'off']) SKEP_RATE_LIMITS: string = 'on';
  @CommaList({ entry: readOrigin, description: 'Origins that browsers may call from.' }) SKEP_CORS_ORIGINS: string[] = [];
  @CommaList({ entry: readProxy, description: 'Whose X-Forwarded-For to believe: how many proxies, or their addresses (CIDR).' })
  SKEP_TRUST_PROXY: string[] = [];
  @Int({ min: 1, max: 1000, description: 'Event streams one person may hold open.' }) SKEP_MAX_STREAMS: number = 20;
}
