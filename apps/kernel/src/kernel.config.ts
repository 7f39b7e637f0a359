import { CommaList, Int, Num, OneOf, Optional, Text } from '@skep/contracts';
import { ServiceConfig } from '@skep/platform';

const TIERS = ['free', 'economy', 'standard', 'premium'];

/** What asking one model costs. */
export interface ModelTier {
  model: string;
  tier: string;
}

/** Reads `model=tier`. @throws Error saying what is wrong with it */
function readModelTier(entry: string): ModelTier {
  const equals = entry.lastIndexOf('=');
  const [model, tier] = [entry.slice(0, equals).trim(), entry.slice(equals + 1).trim()];
  if (equals < 0 || !model || !TIERS.includes(tier)) throw new Error(`must be model=tier, with a tier of ${TIERS.join(', ')}`);
  return { model, tier };
}

export class KernelConfig extends ServiceConfig {
  @Optional()
  @OneOf(['openai', 'anthropic'], { example: 'openai', description: 'The protocol that the language model speaks.' })
  SKEP_LLM_PROVIDER?: string;
  @Optional()
  @Text({ example: 'http://127.0.0.1:11434/v1', description: 'Where it answers; the provider’s own address if unset.' })
  SKEP_LLM_BASE_URL?: string;
  @Text({ description: 'Local models often need none.' }) SKEP_LLM_API_KEY: string = 'none';
  @Optional() @Text({ example: 'gpt-5-mini', description: 'The model that answers.' }) SKEP_LLM_MODEL?: string;
  @CommaList({ example: 'gpt-5,gpt-5-nano', description: 'More models that an app may choose.' }) SKEP_LLM_MODELS: string[] = [];
  @OneOf(TIERS, { description: 'What a call that asks a model costs: 0, 60, 250 or 2200 credits.' })
  SKEP_LLM_TIER: string = 'standard';
  @CommaList({
    entry: readModelTier,
    key: ({ model }) => model,
    example: 'gpt-5=premium,gpt-5-nano=economy',
    description: 'Tiers of single models: model=tier.',
  })
  SKEP_LLM_TIERS: ModelTier[] = [];
  @Int({ min: 100, max: 600_000, description: 'How long one prompt may take.' }) SKEP_LLM_TIMEOUT_MS: number = 60_000;
  @Num({ min: 0.01, max: 3650, description: 'Days that an event can be read again.' }) SKEP_FEED_KEEP_DAYS: number = 7;
  @Int({ min: 1, description: 'Events that can be read again.' }) SKEP_FEED_KEEP_ROWS: number = 1_000_000;
  @Int({ min: 1, max: 10_000, description: 'Calls that one person may have under way at once.' }) SKEP_CALLS_AT_ONCE: number = 16;
  @Int({ min: 1, max: 10_000, description: 'Smoke runs that one person may have under way at once.' }) SKEP_SMOKE_RUNS_AT_ONCE: number = 2;
}
