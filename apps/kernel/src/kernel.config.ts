import { CommaList, Int, Num, OneOf, Optional, Text } from '@skep/contracts';
import { DEFAULT_OBJECTS, ObjectsUrl, PublicUrl, SealingConfig } from '@skep/platform';

const TIERS = ['free', 'economy', 'standard', 'premium'];

/** The tier of one model, which determines its fee. */
export interface ModelTier {
  model: string;
  tier: string;
}

/** Parses `model=tier`. @throws Error that names the expected form. */
function parseModelTier(entry: string): ModelTier {
  const equals = entry.lastIndexOf('=');
  const [model, tier] = [entry.slice(0, equals).trim(), entry.slice(equals + 1).trim()];
  if (equals < 0 || !model || !TIERS.includes(tier)) throw new Error(`must be model=tier, where tier is one of ${TIERS.join(', ')}`);
  return { model, tier };
}

/** The settings of the kernel, in addition to those of every service. */
export class KernelConfig extends SealingConfig {
  @Optional()
  @OneOf(['openai', 'anthropic'], { example: 'openai', description: 'The API of the language model. Unset: no model, ai.complete fails.' })
  SKEP_LLM_PROVIDER?: string;
  @Optional()
  @Text({ example: 'http://127.0.0.1:11434/v1', description: 'Base URL of the language model’s API. Unset: that of the provider.' })
  SKEP_LLM_BASE_URL?: string;
  @Text({ description: 'API key of the language model. Local models often need none.' }) SKEP_LLM_API_KEY: string = 'none';
  @Optional() @Text({ example: 'gpt-5-mini', description: 'The default language model.' }) SKEP_LLM_MODEL?: string;
  @CommaList({ example: 'gpt-5,gpt-5-nano', description: 'More models that apps may choose.' }) SKEP_LLM_MODELS: string[] = [];
  @OneOf(TIERS, { description: 'The price tier of models without one of their own: 0, 60, 250 or 2200 credits per call.' })
  SKEP_LLM_TIER: string = 'standard';
  @CommaList({
    entry: parseModelTier,
    key: ({ model }) => model,
    example: 'gpt-5=premium,gpt-5-nano=economy',
    description: 'Price tiers of single models: model=tier.',
  })
  SKEP_LLM_TIERS: ModelTier[] = [];
  @Int({ min: 100, max: 600_000, description: 'Timeout of one prompt in milliseconds, including one retry.' }) SKEP_LLM_TIMEOUT_MS: number =
    60_000;
  @Int({ min: 40, max: 36_500, description: 'Days for which actions are kept; their sums stay.' }) SKEP_ACTIONS_KEEP_DAYS: number = 400;
  /** The base of the pages where users confirm calls. */
  @PublicUrl() SKEP_PUBLIC_URL: string = 'http://127.0.0.1:8080';
  @Num({ min: 0.01, max: 3650, description: 'Days for which feed events are kept.' }) SKEP_FEED_KEEP_DAYS: number = 7;
  @Int({ min: 1, description: 'How many feed events are kept.' }) SKEP_FEED_KEEP_ROWS: number = 1_000_000;
  @ObjectsUrl() SKEP_OBJECTS: string = DEFAULT_OBJECTS;
  @Int({ min: -1, description: 'Bytes of files that an app may store for itself in one tenant; -1 for no limit.' })
  SKEP_APP_STORAGE_BYTES: number = 1_000_000_000;
  @Int({ min: 1, max: 10_000, description: 'Concurrent calls per user and process.' }) SKEP_CALLS_AT_ONCE: number = 16;
  @Int({ min: 1, max: 10_000, description: 'Concurrent smoke runs per user and process.' }) SKEP_SMOKE_RUNS_AT_ONCE: number = 2;

  override notConfigured(): Record<string, readonly string[]> {
    return this.SKEP_LLM_PROVIDER ? {} : { 'language model': ['SKEP_LLM_PROVIDER', 'SKEP_LLM_MODEL'] };
  }
}
