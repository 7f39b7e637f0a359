import { Int, Text } from '@skep/contracts';
import { SealingConfig } from '@skep/platform';

/** The settings of automation, in addition to those of every service. */
export class AutomationConfig extends SealingConfig {
  @Int({ min: -1, description: 'How many automations a user may have whose plan does not limit `automations`; -1 for no limit.' })
  SKEP_AUTOMATIONS_MAX: number = 50;
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';
}
