import { Forbidden, InvalidInput } from '@skep/contracts';
import { holdsScope } from '@skep/contracts/auth';
import {
  type AddProvider,
  type FailoverOrder,
  type ListProviders,
  type ModelPreferences,
  models,
  ProviderExists,
  ProviderIsBuiltin,
  type ProviderModels,
  ProviderNotFound,
  type ProviderRef,
  type SetDefaultModel,
  type SetDefaultProvider,
  UnknownProviders,
  type UpdateProvider,
} from '@skep/contracts/models';
import { Bus, type Ctx, Database, Handle, Handlers, Outbox } from '@skep/platform';
import { ModelError } from '../provider/model.js';
import { BUILTIN_PROVIDERS } from '../provider/providers.js';
import { changedPaths } from './changed-paths.js';
import { areProvidersEnforced, type GivenProvider, givenProviders, isRegistered } from './named-providers.js';
import { ProviderList } from './provider-list.js';
import { SettingsRepository } from './settings.repository.js';

const CUSTOM_MAX = 100;
/** Who sets the providers of everyone. */
const ADMINISTERS = 'admin:llm:write';

/** Providers, which are part of the settings of people, and of tenants for their administrators. */
@Handlers()
export class ProviderHandlers {
  constructor(
    private readonly list: ProviderList,
    private readonly settings: SettingsRepository,
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly bus: Bus,
  ) {}

  @Handle(models.listProviders)
  listProviders(ctx: Ctx, { check }: ListProviders) {
    return this.list.describe(ctx, check);
  }

  @Handle(models.addProvider)
  addProvider(ctx: Ctx, { name, ...given }: AddProvider) {
    assertAddress(given.base_url);
    return this.change(ctx, (providers) => {
      if (Object.hasOwn(BUILTIN_PROVIDERS, name) || Object.hasOwn(providers, name))
        throw ProviderExists(`A provider with the name '${name}' already exists.`);
      if (Object.keys(providers).length >= CUSTOM_MAX)
        throw InvalidInput([{ loc: ['name'], msg: `You have ${CUSTOM_MAX} providers; remove one first`, type: 'value_error' }]);
      return { ...providers, [name]: { ...given, enabled: true } };
    });
  }

  @Handle(models.updateProvider)
  async updateProvider(ctx: Ctx, { name, ...changes }: UpdateProvider) {
    if (changes.base_url) assertAddress(changes.base_url);
    const isKnown = (await this.list.find(ctx)).providers.some((each) => each.name === name);
    if (!isKnown) throw notFound(name);
    return this.change(ctx, (providers) => {
      const before: GivenProvider = Object.hasOwn(providers, name) ? providers[name]! : {};
      const given = Object.entries(changes).filter(([, value]) => value !== undefined && value !== null);
      const after = { ...before, ...Object.fromEntries(given) } as GivenProvider;
      // The key belongs to its address: with another one it is given again.
      if (changes.base_url && changes.base_url !== before.base_url && !changes.api_key) delete after.api_key;
      return { ...providers, [name]: after };
    });
  }

  @Handle(models.removeProvider)
  async removeProvider(ctx: Ctx, { name }: ProviderRef) {
    if (Object.hasOwn(BUILTIN_PROVIDERS, name)) throw ProviderIsBuiltin();
    return this.change(ctx, (providers) => {
      if (!Object.hasOwn(providers, name)) throw notFound(name);
      const { [name]: _, ...others } = providers;
      return others;
    });
  }

  @Handle(models.listProviderModels)
  async listProviderModels(ctx: Ctx, { name }: ProviderRef): Promise<ProviderModels> {
    const provider = (await this.list.find(ctx)).providers.find((each) => each.name === name);
    if (!provider) throw notFound(name);
    const { endpoint } = provider;
    if (!endpoint) return { provider: name, models: [], error: 'The provider has no key.' };
    try {
      return { provider: name, models: await this.list.models(endpoint) };
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      return { provider: name, models: [], error: WORDS[error.fault] ?? 'The provider did not answer.' };
    }
  }

  @Handle(models.setFailoverOrder)
  async setFailoverOrder(ctx: Ctx, { order }: FailoverOrder) {
    await this.assertRegistered(ctx, order);
    await this.prefer(ctx, { failover_order: [...new Set(order)] });
    return { failover_order: await this.list.order(ctx) };
  }

  @Handle(models.getModelPreferences)
  async getModelPreferences(ctx: Ctx): Promise<ModelPreferences> {
    const { first, preferences, providers } = await this.list.find(ctx);
    return { default_provider: first || (providers[0]?.name ?? ''), default_model: preferences.default_model ?? null };
  }

  @Handle(models.setDefaultProvider)
  async setDefaultProvider(ctx: Ctx, { provider }: SetDefaultProvider) {
    await this.assertRegistered(ctx, [provider]);
    await this.prefer(ctx, { default_provider: provider });
    return this.getModelPreferences(ctx);
  }

  @Handle(models.setDefaultModel)
  async setDefaultModel(ctx: Ctx, { model }: SetDefaultModel) {
    await this.prefer(ctx, { default_model: model });
    return this.getModelPreferences(ctx);
  }

  /** @throws Problem `unknown_providers` */
  private async assertRegistered(ctx: Ctx, names: readonly string[]): Promise<void> {
    const registered = (await this.list.find(ctx)).providers.filter(isRegistered).map(({ name }) => name);
    const unknown = names.filter((name) => !registered.includes(name));
    if (unknown.length) throw UnknownProviders(`Not registered: ${unknown.join(', ')}. Registered: ${registered.join(', ') || 'none'}.`);
  }

  private prefer(ctx: Ctx, preferences: Record<string, unknown>): Promise<void> {
    return this.update(ctx, (config) => ({ ...config, ...preferences }));
  }

  private async change(ctx: Ctx, change: (providers: Record<string, GivenProvider>) => Record<string, GivenProvider>) {
    await this.update(ctx, (config) => ({ ...config, providers: change(givenProviders(config)) }));
    return this.list.describe(ctx, false);
  }

  /**
   * Changes the providers of the caller or, if they administer language models, those of everyone in their tenant.
   * @throws Problem `forbidden` if an administrator decides on the providers
   */
  private async update(ctx: Ctx, change: (config: Record<string, unknown>) => Record<string, unknown>): Promise<void> {
    const { tenant: tenant_id, user } = ctx;
    const isForAll = holdsScope(ctx.scopes, ADMINISTERS);
    const owner = { tenant_id, user_id: isForAll ? '' : user };
    await this.db.transaction(async () => {
      let paths: string[] = [];
      await this.settings.change(owner, user, (layers) => {
        if (!isForAll && areProvidersEnforced(layers)) throw Forbidden('Your administrator decides on the language models.');
        const before = layers[isForAll ? 1 : 2];
        const after = { ...before, config: change(before.config) };
        paths = changedPaths(before, after);
        return after;
      });
      if (isForAll && paths.length)
        await this.outbox.add(models.modelSettingsSet, ctx, { scope: 'tenant', scope_id: tenant_id, paths, updated_by: user });
    });
    this.bus.broadcast(models.modelSettingsChanged, { tenant_id });
  }
}

const WORDS: Readonly<Record<string, string>> = {
  auth: 'The provider rejected the key.',
  address: 'The address of the provider may not be called.',
};

const notFound = (name: string) => ProviderNotFound(`Provider '${name}' not found`);

/** @throws Problem `invalid_input` */
function assertAddress(base_url: string): void {
  if (!/^https?:$/.test(URL.parse(base_url)?.protocol ?? ''))
    throw InvalidInput([{ loc: ['base_url'], msg: 'must be an http or https address', type: 'value_error' }]);
}
