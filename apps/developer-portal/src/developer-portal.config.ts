import { Text } from '@skep/contracts';
import { SealingConfig } from '@skep/platform';

/** The settings of developer-portal, in addition to those of every service. */
export class DeveloperPortalConfig extends SealingConfig {
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';
}
