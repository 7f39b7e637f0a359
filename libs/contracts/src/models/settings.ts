import { IDS } from '../common.js';
import { event, list, operation } from '../define.js';
import { Bool, type FieldDocs, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { NotConfigured } from '../problem.js';

export const SETTINGS_SCOPES = ['platform', 'tenant', 'user'] as const;
export type SettingsScope = (typeof SETTINGS_SCOPES)[number];

const docs = {
  config: {
    description:
      '`provider`, `model`, `models`, `api_key`, `base_url`, `fallbacks` (a list of the same), `monthly_tokens`, `person_monthly_tokens`. Keys are masked in answers; a masked key stays as it is.',
    example: { provider: 'anthropic', model: 'claude-sonnet-5', api_key: '****4f9a' },
  },
  enforced: { description: 'Like `config`; tenants and users cannot change it.', example: { monthly_tokens: 1_000_000 } },
  role_defaults: { description: '`config` by role, between those of tenant and user.', example: { admin: { model: 'claude-opus-5' } } },
} satisfies Record<string, FieldDocs>;

@Shape('Whose settings of language models: of the installation, of a tenant, or of a user.')
export class ModelSettingsRef {
  @Optional() @Text({ max: 64, ...IDS.tenant, description: 'Id of the tenant. Left out: the installation.' }) tenant_id?: string;
  @Optional() @Text({ max: 64, ...IDS.user, description: 'Id of a user of the tenant.' }) user_id?: string;
}

@Shape('New settings of language models.')
export class UpdateModelSettings extends ModelSettingsRef {
  @Nullable() @Json({ ...docs.config, description: 'Replaces the settings. Null: they stay.' }) config: Record<string, unknown> | null =
    null;
  @Nullable() @Json({ ...docs.enforced, description: 'Replaces what is enforced. Null: it stays.' }) enforced: Record<
    string,
    unknown
  > | null = null;
  @Nullable()
  @Json({ ...docs.role_defaults, description: 'Replaces the settings of roles. Null: they stay.' })
  role_defaults: Record<string, unknown> | null = null;
  @Nullable() @Text({ max: 200, description: 'Who changes them.', example: 'imp_u_4f9a' }) updated_by: string | null = null;
}

@Shape('Settings of language models.')
export class ModelSettings {
  @OneOf(SETTINGS_SCOPES, { description: 'Whose settings they are.', example: 'tenant' }) scope!: SettingsScope;
  @Text({ description: 'Id of the tenant or user; `llm` for the installation.', example: 'default' }) scope_id!: string;
  @Nullable() @Text(IDS.tenant) tenant_id!: string | null;
  @Nullable() @Text({ ...IDS.app, description: 'Always null.' }) app_id!: string | null;
  @Json(docs.config) config!: Record<string, unknown>;
  @Json(docs.enforced) enforced!: Record<string, unknown>;
  @Json(docs.role_defaults) role_defaults!: Record<string, unknown>;
}

@Shape('A provider of language models that has a key.')
export class ModelProvider {
  @Text({ description: 'Name of the provider.', example: 'openai' }) name!: string;
  @Nullable() @Text({ description: 'Its default model.', example: 'gpt-5-mini' }) model!: string | null;
  @OneOf(['operator', ...SETTINGS_SCOPES], { description: 'Whose key it is.', example: 'operator' }) source!: 'operator' | SettingsScope;
}

@Shape('Whether a language model answers.')
export class ModelTest {
  @Bool({ description: 'Whether it answered.', example: true }) ok!: boolean;
  @Nullable() @Text({ description: 'Name of the model that answered.', example: 'gpt-5-mini' }) model!: string | null;
  @Int({ description: 'Milliseconds until the answer.', example: 420 }) latency_ms!: number;
  @Nullable() @Text({ description: 'Why it did not answer.', example: 'The provider rejected the key.' }) error!: string | null;
}

@Shape('Whether a language model can call functions.')
export class ModelToolsTest extends ModelTest {
  @Bool({ description: 'Whether it called the function that it was offered.', example: true }) tool_use_supported!: boolean;
}

@Shape('Identifies a user.')
export class ModelUserRef {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
}

@Shape('Cached settings are read again.')
export class InvalidatedSettings extends ModelUserRef {
  @Bool({ description: 'Always true.', example: true }) invalidated!: boolean;
}

@Shape('A service or an operator has set the settings of language models of an owner. What users change for themselves is not announced.')
export class ModelSettingsSet {
  @OneOf(SETTINGS_SCOPES, { description: 'Whose settings they are.', example: 'tenant' }) scope!: SettingsScope;
  @Text({ description: 'Id of the tenant or user; `llm` for the installation.', example: 'default' }) scope_id!: string;
  @List('text', { description: 'What was changed, without values.', example: ['config.model', 'enforced.monthly_tokens'] })
  paths!: string[];
  @Nullable() @Text({ max: 200, description: 'Who changed them, as the service says.', example: 'imp_u_4f9a' }) updated_by!: string | null;
}

export const settingsMembers = {
  getModelSettings: operation('Read settings of language models (services only)', {
    description: 'Those of the installation, of a tenant or of a user, as they were set. Keys are masked.',
    input: ModelSettingsRef,
    output: ModelSettings,
  }),
  updateModelSettings: operation('Change settings of language models (services only)', {
    description:
      'The installation’s apply first, then those of the tenant, of its roles and of the user. Who names a provider names its key and address as well: keys of others are never sent there.',
    input: UpdateModelSettings,
    output: ModelSettings,
  }),
  listModelProviders: operation('List the providers of language models (services only)', {
    description: 'Those that answer for the installation, a tenant or a user.',
    input: ModelSettingsRef,
    output: list(ModelProvider),
  }),
  testModel: operation('Try a language model (services only)', {
    description: 'With `config`, or with the settings that apply. The answer says what is wrong.',
    input: UpdateModelSettings,
    output: ModelTest,
    problems: [NotConfigured],
    spansCalls: true,
  }),
  testModelTools: operation('Try whether a language model calls functions (services only)', {
    description: 'With `config`, or with the settings that apply.',
    input: UpdateModelSettings,
    output: ModelToolsTest,
    problems: [NotConfigured],
    spansCalls: true,
  }),
  invalidateModelSettings: operation('Have a user’s settings of language models read again (services only)', {
    description: 'Tells all processes, should they have cached them.',
    input: ModelUserRef,
    output: InvalidatedSettings,
  }),
  modelSettingsSet: event(ModelSettingsSet),
};
