import { createHash } from 'node:crypto';
import type { Provider, Providers } from '@skep/contracts/models';
import { type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ModelsConfig } from '../models.config.js';
import { OutboundClient } from '../provider/outbound-client.js';
import { type Endpoint, LOCAL_PROVIDER } from '../provider/providers.js';
import { listModels } from '../provider/wire.js';
import type { ModelConfig } from './model-config.js';
import { hasKey, inOrder, isRegistered, type NamedProvider, namedProviders, type Preferences, preferencesOf } from './named-providers.js';
import { SettingsRepository } from './settings.repository.js';

const HEALTH_MS = 2_500;
const HEALTH_KEPT_MS = 5_000;
const HEALTH_MAX = 10_000;

/** The providers of a person, and what they chose among them. */
export interface ChosenProviders {
  providers: readonly NamedProvider[];
  preferences: Preferences;
  /** The provider that is asked first. '' if there is none. */
  first: string;
}

/** The providers of people, and whether they answer. */
@Injectable()
export class ProviderList {
  private readonly operator: ModelConfig;
  /** Whether an endpoint answered, by a hash of its address and key. */
  private readonly health = new Map<string, { isHealthy: boolean; at: number }>();

  constructor(
    config: ModelsConfig,
    private readonly settings: SettingsRepository,
    private readonly outbound: OutboundClient,
  ) {
    this.operator = config.operatorModels();
  }

  async find({ tenant, user }: Ctx): Promise<ChosenProviders> {
    const layers = await this.settings.findLayers({ tenant_id: tenant, user_id: user });
    const [providers, preferences] = [namedProviders(this.operator, layers), preferencesOf(layers)];
    const registered = providers.filter(isRegistered);
    const isThere = registered.some(({ name }) => name === preferences.default_provider);
    // The operator's model comes before builtin providers that follow it in the list.
    const [usual = registered[0]] = registered.filter(({ name }) => name === this.operator.sources?.[0]?.endpoint.provider);
    const first = (isThere ? preferences.default_provider : usual?.name) ?? '';
    return { providers, preferences, first };
  }

  /** @param isChecked whether providers are asked if it is not known that they answer */
  async describe(ctx: Ctx, isChecked: boolean): Promise<Providers> {
    const { providers, first } = await this.find(ctx);
    const described = providers.map(async (provider) => describe(provider, await this.isHealthy(provider, isChecked)));
    return { providers: await Promise.all(described), default_provider: first || (providers[0]?.name ?? '') };
  }

  /** The names of providers in the order in which they are asked. */
  async order(ctx: Ctx): Promise<string[]> {
    const { providers, preferences, first } = await this.find(ctx);
    const chosen = preferences.failover_order.length ? preferences.failover_order[0]! : first;
    return inOrder(providers, chosen, preferences).map(({ name }) => name);
  }

  models(endpoint: Endpoint): Promise<string[]> {
    return listModels(endpoint, this.outbound.fetchFor(endpoint, HEALTH_MS), AbortSignal.timeout(HEALTH_MS));
  }

  /** Lists its models, which costs nothing. */
  private async isHealthy(provider: NamedProvider, isChecked: boolean): Promise<boolean | null> {
    const { endpoint } = provider;
    if (!endpoint || !isRegistered(provider)) return null;
    const key = createHash('sha256').update(`${endpoint.base_url} ${endpoint.api_key}`).digest('base64url');
    const known = this.health.get(key);
    if (known && Date.now() - known.at < HEALTH_KEPT_MS) return known.isHealthy;
    if (!isChecked) return null;
    const isHealthy = await this.models(endpoint).then(
      () => true,
      () => false,
    );
    if (this.health.size >= HEALTH_MAX) this.health.clear();
    this.health.set(key, { isHealthy, at: Date.now() });
    return isHealthy;
  }
}

/** What others gave is not shown: neither key nor address. */
function describe(provider: NamedProvider, healthy: boolean | null): Provider {
  const { name, display_name, isBuiltin, enabled, default_model = null, base_url, payer } = provider;
  return {
    ...{ name, display_name, enabled, default_model, healthy },
    description: isBuiltin ? `Language models of ${display_name}.` : 'Language models with the API of OpenAI.',
    type: isBuiltin ? 'builtin' : 'custom',
    has_key: hasKey(provider),
    has_api_key: hasKey(provider),
    base_url: payer === 'user' ? (base_url ?? null) : null,
    local: name === LOCAL_PROVIDER,
  };
}
