import { TenantId } from '../auth/credentials.js';
import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, type FieldDocs, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';

/** From the least specific on: each overrides those before it. */
export const CONFIG_SCOPES = ['platform', 'tenant', 'app', 'role', 'user'] as const;
export type ConfigScope = (typeof CONFIG_SCOPES)[number];

/** Bytes as JSON that `config`, `enforced` and `role_defaults` of a scope may have, each. */
export const CONFIG_BYTES_MAX = 65_536;

const docs = {
  scope: { description: 'Whose settings.', example: 'tenant' },
  scope_id: { description: 'Id of the tenant, app or user, or name of the role. Any word for the platform.', example: 'default' },
  config: { description: 'The settings.', example: { ui: { theme: 'dark' } } },
  enforced: { description: 'Settings that nothing more specific overrides.', example: { ai: { model: 'gpt-5-mini' } } },
  role_defaults: { description: 'Settings by name of the role.', example: { viewer: { ui: { theme: 'light' } } } },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies the settings of a scope.')
export class ConfigRef {
  @OneOf(CONFIG_SCOPES, docs.scope) scope!: ConfigScope;
  @Text({ min: 1, max: 64, ...docs.scope_id }) scope_id!: string;
  @Optional()
  @TenantId({ description: 'Tenant in which the settings of an app, role or user hold. Left out: `default`.' })
  tenant_id?: string;
  @Optional() @Text({ max: 64, ...IDS.app, description: 'For the scope `app`: the same as `scope_id`.' }) app_id?: string;
}

@Shape('Changes of the settings of a scope. What is left out or null stays. Objects are merged; null for an entry removes it.')
export class UpdateConfig extends ConfigRef {
  @Optional() @Json({ bytes: CONFIG_BYTES_MAX, ...docs.config }) config?: Record<string, unknown>;
  @Optional() @Json({ bytes: CONFIG_BYTES_MAX, ...docs.enforced }) enforced?: Record<string, unknown>;
  @Optional() @Json({ bytes: CONFIG_BYTES_MAX, ...docs.role_defaults }) role_defaults?: Record<string, unknown>;
  @Optional()
  @List('text', { max: 50, description: 'Paths of `config` that are replaced instead of merged.', example: ['ui.panels'] })
  replace_paths?: string[];
  @Optional() @Text({ max: 128, description: 'Who changes them, for the record.', example: 'imp_u_4f9a' }) updated_by?: string;
}

@Shape('The settings of a scope, as they were set.')
export class ScopeConfig {
  @OneOf(CONFIG_SCOPES, docs.scope) scope!: ConfigScope;
  @Text(docs.scope_id) scope_id!: string;
  @Nullable() @Text({ ...IDS.tenant, description: 'Id of the tenant; null for the platform.' }) tenant_id!: string | null;
  @Nullable() @Text({ ...IDS.app, description: 'Id of the app; null for other scopes.' }) app_id!: string | null;
  @Json(docs.config) config!: Record<string, unknown>;
  @Json(docs.enforced) enforced!: Record<string, unknown>;
  @Json(docs.role_defaults) role_defaults!: Record<string, unknown>;
}

@Shape('For whom to resolve settings.')
export class ResolveConfig {
  @TenantId({ description: 'Tenant of the user.' }) tenant_id!: string;
  @Text({ min: 1, max: 64, ...IDS.app }) app_id!: string;
  @Text({ max: 64, description: 'Name of the role of the user.', example: 'user' }) role: string = 'user';
  @Text({ max: 64, ...IDS.user, description: 'Id of the user; empty for what holds for all users of the role.' }) user_id: string = '';
  @Int({ min: 0, max: 1, description: '1: also say where each value comes from.', example: 1 }) explain: number = 0;
}

@Shape('The settings that hold for a user of an app.')
export class ResolvedConfig {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text({ description: 'Name of the role.', example: 'user' }) role!: string;
  @Text(IDS.user) user_id!: string;
  @Json(docs.config) config!: Record<string, unknown>;
  @Optional()
  @Json({
    description: 'By path of each value: the scope that set it, `role_defaults` or `enforced`. With `explain` only.',
    example: { 'ui.theme': 'user' },
  })
  sources?: Record<string, string>;
}

@Shape('The tenant whose defaults to read.')
export class TenantDefaultsRef {
  @Optional()
  @TenantId({ description: 'The tenant; left out: your own. Administrators of the platform may name another one.' })
  tenant_id?: string;
}

@Shape(
  'What holds for users of a tenant who have chosen nothing else. They are part of the settings of the scope `tenant`, whose `notifications` are defaults too.',
)
export class TenantDefaults {
  @Bool({ description: 'Whether functions that change something wait for a confirmation.', example: false }) confirmation_enabled!: boolean;
  @Int({ description: 'Seconds for which a confirmation waits.', example: 300 }) confirmation_ttl!: number;
  @Int({ description: 'How often an agent tries a refused function again.', example: 2 }) kav_max_retries!: number;
  @Int({ description: 'How many earlier messages an agent considers when it chooses an app.', example: 6 }) routing_context!: number;
  @Int({ description: 'How many rounds of functions an agent may run in one turn.', example: 10 }) max_tool_rounds!: number;
  @Int({ description: 'How many tokens an answer of an agent may have.', example: 4096 }) max_response_tokens!: number;
}

@Shape('Changes of the defaults of a tenant. What is left out or null stays.')
export class UpdateTenantDefaults extends TenantDefaultsRef {
  @Optional() @Bool({ description: 'Whether to ask before functions run.', example: true }) confirmation_enabled?: boolean;
  @Optional() @Int({ min: 1, max: 86_400, description: 'Seconds for which a confirmation waits.', example: 120 }) confirmation_ttl?: number;
  @Optional() @Int({ min: 0, max: 20, description: 'Tries of a refused function.', example: 2 }) kav_max_retries?: number;
  @Optional() @Int({ min: 0, max: 200, description: 'Earlier messages to consider.', example: 6 }) routing_context?: number;
  @Optional() @Int({ min: 1, max: 200, description: 'Rounds of functions in one turn.', example: 10 }) max_tool_rounds?: number;
  @Optional() @Int({ min: 1, max: 1_000_000, description: 'Tokens of an answer.', example: 4096 }) max_response_tokens?: number;
}

@Shape('Which defaults were changed.')
export class UpdatedTenantDefaults {
  @List('text', { description: 'Names of the changed defaults.', example: ['max_tool_rounds'] }) updated!: string[];
}

@Shape('The settings of a scope were changed.')
export class ConfigChanged {
  @OneOf(CONFIG_SCOPES, docs.scope) scope!: ConfigScope;
  @Text(docs.scope_id) scope_id!: string;
  @List('text', { description: 'What was changed.', example: ['config.ui'] }) paths!: string[];
}

export const configMembers = {
  getConfig: operation('Read the settings of a scope (services only)', {
    description: 'As they were set, without those of other scopes. Empty if none were set.',
    input: ConfigRef,
    output: ScopeConfig,
  }),
  updateConfig: operation('Change the settings of a scope (services only)', {
    description: 'Merges the changes deeply, except at `replace_paths`, and returns all. Each of the three parts may have 64 KiB.',
    input: UpdateConfig,
    output: ScopeConfig,
  }),
  resolveConfig: operation('Resolve the settings of a user for an app (services only)', {
    description:
      'The settings of the platform, the tenant, the app, the role and the user, each of which overrides those before it. Enforced settings override all of them, those of the platform first.',
    input: ResolveConfig,
    output: ResolvedConfig,
  }),
  getTenantDefaults: operation('Read the defaults of a tenant', {
    description: 'Defaults that were never set are those of Skep.',
    input: TenantDefaultsRef,
    output: TenantDefaults,
    scope: 'admin:system:read',
  }),
  updateTenantDefaults: operation('Change the defaults of a tenant', {
    description: 'Returns the names of those that were given.',
    input: UpdateTenantDefaults,
    output: UpdatedTenantDefaults,
    scope: 'admin:system:write',
  }),
  configChanged: event(ConfigChanged),
};
