import { Forbidden, InvalidInput, isObject } from '@skep/contracts';
import {
  type ConfigRef,
  registry,
  type ResolveConfig,
  type ScopeConfig,
  type TenantDefaults,
  type TenantDefaultsRef,
  type UpdateConfig,
  type UpdateTenantDefaults,
} from '@skep/contracts/registry';
import { type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { CallableAppChanges } from '../app/callable-app-changes.js';
import { changeConfig, CONFIG_PARTS, type ConfigChanges } from './change-config.js';
import { type ConfigKey, type ConfigParts, ConfigRepository } from './config.repository.js';
import { resolveConfig } from './resolve-config.js';

/** Its administrators may change what holds in every tenant. */
const OPERATOR_TENANT = 'default';

const DEFAULTS: TenantDefaults = {
  confirmation_enabled: false,
  confirmation_ttl: 300,
  kav_max_retries: 2,
  routing_context: 6,
  max_tool_rounds: 10,
  max_response_tokens: 4096,
};
const NOTHING: ConfigParts = { config: {}, enforced: {}, role_defaults: {} };

@Handlers()
export class ConfigHandlers {
  constructor(
    private readonly db: Database,
    private readonly configs: ConfigRepository,
    private readonly outbox: Outbox,
    private readonly apps: CallableAppChanges,
  ) {}

  @Handle(registry.getConfig)
  async getConfig(ctx: Ctx, input: ConfigRef): Promise<ScopeConfig> {
    const key = keyOf(ctx, input);
    return describe(key, (await this.configs.find(key)) ?? NOTHING);
  }

  @Handle(registry.updateConfig)
  async updateConfig(ctx: Ctx, { updated_by, ...input }: UpdateConfig): Promise<ScopeConfig> {
    const key = keyOf(ctx, input);
    return describe(key, await this.change(ctx, key, input, updated_by));
  }

  @Handle(registry.resolveConfig)
  async resolveConfig(ctx: Ctx, { explain, ...owner }: ResolveConfig) {
    assertTenant(ctx, owner.tenant_id);
    const found = await this.configs.listLayers(owner);
    const { config, sources } = resolveConfig(Object.fromEntries(found.map((layer) => [layer.scope, layer])), owner.role);
    return { ...owner, config, ...(explain && { sources }) };
  }

  @Handle(registry.getTenantDefaults)
  async getTenantDefaults(ctx: Ctx, input: TenantDefaultsRef): Promise<TenantDefaults> {
    const { config } = (await this.configs.find(tenantKey(ctx, input))) ?? NOTHING;
    const isSet = (name: string, value: unknown) => typeof config[name] === typeof value;
    return Object.fromEntries(
      Object.entries(DEFAULTS).map(([name, value]) => [name, isSet(name, value) ? config[name] : (value as unknown)]),
    ) as unknown as TenantDefaults;
  }

  @Handle(registry.updateTenantDefaults)
  async updateTenantDefaults(ctx: Ctx, { tenant_id, ...knobs }: UpdateTenantDefaults) {
    const config = Object.fromEntries(Object.entries(knobs).filter(([, value]) => value !== undefined && value !== null));
    const updated = Object.keys(config);
    if (updated.length) await this.change(ctx, tenantKey(ctx, { tenant_id }), { config }, ctx.user || ctx.actor);
    return { updated };
  }

  /** The event is for the audit log. It has no values. */
  private change(ctx: Ctx, key: ConfigKey, changes: ConfigChanges, updated_by = ctx.actor): Promise<ConfigParts> {
    const { tenant_id: tenant, scope, scope_id } = key;
    return this.db.transaction(async () => {
      const parts = await this.configs.change(key, updated_by, (before) => changeConfig(before, changes));
      if (scope === 'app') this.apps.add(scope_id);
      await this.outbox.add(registry.configChanged, { ...ctx, tenant }, { scope, scope_id, paths: pathsOf(changes) });
      return parts;
    });
  }
}

/** The changed parts with their outermost keys. */
const pathsOf = (changes: ConfigChanges): string[] =>
  CONFIG_PARTS.flatMap((part) => (isObject(changes[part]) ? Object.keys(changes[part]).map((key) => `${part}.${key}`) : [])).slice(0, 100);

/** @throws Problem `invalid_input` if the ids contradict each other, `forbidden` in another tenant than that of the acting user */
function keyOf(ctx: Ctx, { scope, scope_id, tenant_id, app_id }: ConfigRef): ConfigKey {
  const differs = (field: string, value: string | undefined) => {
    if (value !== undefined && value !== scope_id)
      throw InvalidInput([{ loc: [field], msg: `${field} must be the same as scope_id for the scope ${scope}`, type: 'value_error' }]);
  };
  if (scope === 'tenant') differs('tenant_id', tenant_id);
  if (scope === 'app') differs('app_id', app_id);
  const tenant = { platform: '', tenant: scope_id }[scope as string] ?? tenant_id ?? (ctx.tenant || 'default');
  assertTenant(ctx, tenant);
  return { tenant_id: tenant, scope, scope_id: scope === 'platform' ? '' : scope_id };
}

function tenantKey(ctx: Ctx, { tenant_id = ctx.tenant }: TenantDefaultsRef): ConfigKey {
  if (ctx.tenant !== OPERATOR_TENANT) assertTenant(ctx, tenant_id);
  return { tenant_id, scope: 'tenant', scope_id: tenant_id };
}

/** A service that acts for a user stays in their tenant. @throws Problem `forbidden` */
function assertTenant({ tenant }: Ctx, named: string): void {
  if (tenant && tenant !== named) throw Forbidden('These settings belong to another tenant.');
}

const describe = ({ tenant_id, scope, scope_id }: ConfigKey, { config, enforced, role_defaults }: ConfigParts): ScopeConfig => ({
  ...{ scope, scope_id: scope_id || scope, tenant_id: tenant_id || null, app_id: scope === 'app' ? scope_id : null },
  ...{ config, enforced, role_defaults },
});
