import { Int, OneOf, Optional, Text } from '@skep/contracts';
import { ProcessConfig } from '@skep/platform';

/** What the gateway reads from its environment. */
export class GatewayConfig extends ProcessConfig {
  @Int({ min: 0, max: 65_535 }) PORT: number = 8080;
  @Text() HOST: string = '127.0.0.1';
  @Text({ min: 16, description: 'One token, or several as `name:token`, separated by commas.' }) SKEP_SERVICE_TOKEN!: string;
  @OneOf(['on', 'off']) SKEP_RATE_LIMITS: string = 'on';
  @Optional() @Text({ description: 'Origins that browsers may call from, separated by commas.' }) SKEP_CORS_ORIGINS?: string;
  @Optional()
  @Text({
    pattern: /^(\d{1,2}|[0-9a-fA-F.:/, ]+)$/,
    description: 'Whose X-Forwarded-For to believe: how many proxies, or their addresses (CIDR).',
  })
  SKEP_TRUST_PROXY?: string;
  @Int({ min: 1, max: 1000, description: 'Event streams one person may hold open.' }) SKEP_MAX_STREAMS: number = 20;
}
