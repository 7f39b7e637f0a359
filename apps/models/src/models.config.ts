import { CommaList, Int, OneOf, Optional, Text } from '@skep/contracts';
import { MODEL_TIERS, type ModelTier } from '@skep/contracts/billing';
import { DEFAULT_OBJECTS, ObjectsUrl, SealingConfig, type SettingFault, syntaxFaults } from '@skep/platform';
import { PROVIDER_NAMES } from './provider/providers.js';
import { type ModelConfig, readConfig } from './settings/model-config.js';

/** The tier of one model, which determines its fee. */
export interface TierOfModel {
  model: string;
  tier: ModelTier;
}

const isTier = (tier: string): tier is ModelTier => (MODEL_TIERS as readonly string[]).includes(tier);

/** Parses `model=tier`. @throws Error that names the expected form. */
function parseModelTier(entry: string): TierOfModel {
  const equals = entry.lastIndexOf('=');
  const [model, tier] = [entry.slice(0, equals).trim(), entry.slice(equals + 1).trim()];
  if (equals < 0 || !model || !isTier(tier)) throw new Error(`must be model=tier, where tier is one of ${MODEL_TIERS.join(', ')}`);
  return { model, tier };
}

/** The settings of models, in addition to those of every service. */
export class ModelsConfig extends SealingConfig {
  @Optional()
  @OneOf(PROVIDER_NAMES, {
    example: 'openai',
    description: 'The provider of the language model; `openai` is also any endpoint with its API. Unset: no model, ai.complete fails.',
  })
  SKEP_LLM_PROVIDER?: string;
  @Optional()
  @Text({ example: 'http://127.0.0.1:11434/v1', description: 'Base URL of the language model’s API. Unset: that of the provider.' })
  SKEP_LLM_BASE_URL?: string;
  @Text({ description: 'API key of the language model. Local models often need none.' }) SKEP_LLM_API_KEY: string = 'none';
  @Optional() @Text({ example: 'gpt-5-mini', description: 'The default language model.' }) SKEP_LLM_MODEL?: string;
  @CommaList({ example: 'gpt-5,gpt-5-nano', description: 'More models that apps may choose.' }) SKEP_LLM_MODELS: string[] = [];
  @Text({
    max: 10_000,
    example: '[{"provider":"anthropic","model":"claude-sonnet-5","api_key":"sk-ant-1"}]',
    description: 'Models that answer when the first one does not, as a JSON list of `provider`, `model`, `models`, `api_key`, `base_url`.',
  })
  SKEP_LLM_FALLBACKS: string = '[]';
  @OneOf(MODEL_TIERS, {
    description: 'The price tier of models without one of their own. By default they cost 0, 60, 250 or 2200 credits per call.',
  })
  SKEP_LLM_TIER: ModelTier = 'standard';
  @CommaList({
    entry: parseModelTier,
    key: ({ model }) => model,
    example: 'gpt-5=premium,gpt-5-nano=economy',
    description: 'Price tiers of single models: model=tier.',
  })
  SKEP_LLM_TIERS: TierOfModel[] = [];
  @Int({ min: 100, max: 600_000, description: 'Timeout of one prompt in milliseconds, including other tries.' })
  SKEP_LLM_TIMEOUT_MS: number = 60_000;

  @OneOf(['openai', 'local', 'hash'], {
    description:
      'What embeds texts: an endpoint with OpenAI’s API; a model for English in the service itself, which takes 180 MiB once it is used; or hashes of their words, which know nothing of their meaning.',
  })
  SKEP_EMBEDDING_PROVIDER: string = 'hash';
  @Optional()
  @Text({ example: 'http://127.0.0.1:11434/v1', description: 'Base URL of the embeddings. Unset: that of OpenAI.' })
  SKEP_EMBEDDING_URL?: string;
  @Optional()
  @Text({ example: 'text-embedding-3-small', description: 'The model of the embeddings; required with `openai`.' })
  SKEP_EMBEDDING_MODEL?: string;
  @Text({ description: 'API key of the embeddings.' }) SKEP_EMBEDDING_API_KEY: string = 'none';
  @Optional()
  @Text({ example: 'whisper-1', description: 'The model that transcribes speech, at an endpoint with OpenAI’s API. Unset: none.' })
  SKEP_STT_MODEL?: string;
  @Optional()
  @Text({ example: 'http://127.0.0.1:8000/v1', description: 'Base URL of the model that transcribes speech. Unset: that of OpenAI.' })
  SKEP_STT_URL?: string;
  @Text({ description: 'API key of the model that transcribes speech.' }) SKEP_STT_API_KEY: string = 'none';
  @ObjectsUrl() SKEP_OBJECTS: string = DEFAULT_OBJECTS;
  @Text({
    example: '10.20.0.0/16',
    description: 'Networks, by commas, that requests to addresses of apps and users may reach, in addition to public ones.',
  })
  SKEP_OUTBOUND_ALLOW: string = '';

  /** The operator’s models, first the one that is asked first. @throws Error that names a fault of SKEP_LLM_FALLBACKS */
  operatorModels(): ModelConfig {
    if (!this.SKEP_LLM_PROVIDER || !this.SKEP_LLM_MODEL) return {};
    const first = {
      ...{ provider: this.SKEP_LLM_PROVIDER, model: this.SKEP_LLM_MODEL, models: this.SKEP_LLM_MODELS },
      ...{ api_key: this.SKEP_LLM_API_KEY, base_url: this.SKEP_LLM_BASE_URL },
    };
    return readConfig({ ...first, fallbacks: JSON.parse(this.SKEP_LLM_FALLBACKS) as unknown }, [], false);
  }

  override faults(): SettingFault[] {
    const isWithoutModel = this.SKEP_EMBEDDING_PROVIDER === 'openai' && !this.SKEP_EMBEDDING_MODEL;
    const faults = isWithoutModel ? [{ setting: 'SKEP_EMBEDDING_MODEL', fault: 'is required with SKEP_EMBEDDING_PROVIDER=openai' }] : [];
    return [...faults, ...syntaxFaults({ SKEP_LLM_FALLBACKS: () => this.operatorModels() })];
  }

  override notConfigured(): Record<string, readonly string[]> {
    return {
      ...(!this.SKEP_LLM_PROVIDER && { 'language model': ['SKEP_LLM_PROVIDER', 'SKEP_LLM_MODEL'] }),
      ...(!this.SKEP_STT_MODEL && { 'speech to text': ['SKEP_STT_MODEL'] }),
    };
  }
}
