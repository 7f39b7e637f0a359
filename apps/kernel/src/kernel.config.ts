import { Int, Num, OneOf, Optional, Text } from '@skep/contracts';
import { ServiceConfig } from '@skep/platform';

export class KernelConfig extends ServiceConfig {
  @Optional() @OneOf(['openai', 'anthropic'], { description: 'The protocol that the language model speaks.' }) SKEP_LLM_PROVIDER?: string;
  @Optional() @Text({ description: 'Where it answers; the provider’s own address if unset.' }) SKEP_LLM_BASE_URL?: string;
  @Text({ description: 'Local models often need none.' }) SKEP_LLM_API_KEY: string = 'none';
  @Optional() @Text({ description: 'The model that answers.' }) SKEP_LLM_MODEL?: string;
  @Text({ description: 'More models that an app may choose, separated by commas.' }) SKEP_LLM_MODELS: string = '';
  @OneOf(['free', 'economy', 'standard', 'premium'], { description: 'What a call that asks a model costs: 0, 60, 250 or 2200 credits.' })
  SKEP_LLM_TIER: string = 'standard';
  @Text({
    description: 'Tiers of single models: model=tier, separated by commas.',
    pattern: /^\s*([^,=]+=(free|economy|standard|premium)\s*(,\s*|$))*$/,
  })
  SKEP_LLM_TIERS: string = '';
  @Int({ min: 100, max: 600_000, description: 'How long one prompt may take.' }) SKEP_LLM_TIMEOUT_MS: number = 60_000;
  @Num({ min: 0.01, max: 3650, description: 'Days that an event can be read again.' }) SKEP_FEED_KEEP_DAYS: number = 7;
  @Int({ min: 1, description: 'Events that can be read again.' }) SKEP_FEED_KEEP_ROWS: number = 1_000_000;
}
