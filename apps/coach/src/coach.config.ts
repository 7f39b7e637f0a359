import { Int, OneOf } from '@skep/contracts';
import { ServiceConfig } from '@skep/platform';

/** The settings of coach, in addition to those of every service. */
export class CoachConfig extends ServiceConfig {
  @OneOf(['tenant', 'person'], {
    description: 'Who pays for language models that the operator provides to the coach: the tenant, or the wallet of the person.',
  })
  SKEP_COACH_PAYER: 'tenant' | 'person' = 'tenant';
  @Int({ min: 0, max: 1_000_000_000, description: 'Credits of language models that the tenant pays for one person in a month (UTC).' })
  SKEP_COACH_MONTHLY_CREDITS: number = 20_000;
}
