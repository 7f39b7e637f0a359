import { isObject } from '@skep/contracts';
import { BUILTIN_PROVIDERS, endpointOf, type Endpoint } from '../provider/providers.js';
import type { Payer } from './effective-settings.js';
import { type ModelConfig, type ModelSource, readConfig, type SettingsDocument } from './model-config.js';

/** A provider as a user or tenant gave it, in `providers` of their settings, by its name. */
export interface GivenProvider {
  display_name?: string;
  enabled?: boolean;
  api_key?: string;
  base_url?: string;
  default_model?: string;
}

/** A provider that a person may choose by its name. */
export interface NamedProvider {
  name: string;
  display_name: string;
  isBuiltin: boolean;
  enabled: boolean;
  default_model: string | undefined;
  /** Models beside the default one that its owner lists. */
  models: readonly string[];
  /** Who gave its key and address; undefined if no one did. */
  payer: Payer | undefined;
  endpoint: Endpoint | undefined;
  /** The address as its owner gave it. */
  base_url: string | undefined;
}

/** What a person chose among their providers. */
export interface Preferences {
  default_provider: string | undefined;
  default_model: string | undefined;
  failover_order: readonly string[];
}

type Layers = readonly [SettingsDocument, SettingsDocument, SettingsDocument];

export const givenProviders = (config: Record<string, unknown>): Record<string, GivenProvider> =>
  (isObject(config['providers']) ? config['providers'] : {}) as Record<string, GivenProvider>;

/** Whether an administrator decides on the providers: people then have none of their own. */
export const areProvidersEnforced = ([installation, tenant]: Layers): boolean =>
  [installation, tenant].some(({ enforced }) => 'provider' in enforced || 'providers' in enforced);

/**
 * The providers of a person: builtin ones, then those of operator, installation, tenant and person, and what is enforced. Key and address of a
 * provider come from one of them, so that no key is sent to an address of another owner.
 */
export function namedProviders(operator: ModelConfig, layers: Layers): NamedProvider[] {
  const [installation, tenant, user] = layers;
  const found = new Map<string, NamedProvider>(
    Object.entries(BUILTIN_PROVIDERS).map(([name, { display_name, default_model }]) => [
      name,
      {
        name,
        display_name,
        default_model,
        isBuiltin: true,
        enabled: true,
        models: [],
        payer: undefined,
        endpoint: undefined,
        base_url: undefined,
      },
    ]),
  );
  const add = (payer: Payer, { sources = [] }: ModelConfig, given: Record<string, GivenProvider> = {}) => {
    for (const source of sources.toReversed())
      found.set(source.endpoint.provider, ofSource(found.get(source.endpoint.provider), source, payer));
    for (const [name, each] of Object.entries(given)) found.set(name, merge(name, found.get(name), each, payer));
  };
  const addSettings = (payer: Payer, config: Record<string, unknown>) => add(payer, readConfig(config, []), givenProviders(config));
  add('operator', operator);
  addSettings('platform', installation.config);
  addSettings('tenant', tenant.config);
  if (!areProvidersEnforced(layers)) addSettings('user', user.config);
  addSettings('tenant', tenant.enforced);
  addSettings('platform', installation.enforced);
  return [...found.values()];
}

/** A provider of settings that name one provider and its fallbacks. */
const ofSource = (before: NamedProvider | undefined, { endpoint, model, models }: ModelSource, payer: Payer): NamedProvider => ({
  ...{
    name: endpoint.provider,
    display_name: before?.display_name ?? endpoint.provider,
    isBuiltin: before?.isBuiltin ?? true,
    enabled: true,
  },
  ...{ default_model: model, models, payer, endpoint, base_url: undefined },
});

function merge(name: string, before: NamedProvider | undefined, given: GivenProvider, payer: Payer): NamedProvider {
  const base = before ?? {
    name,
    display_name: name,
    isBuiltin: false,
    enabled: true,
    default_model: undefined,
    models: [],
    payer: undefined,
    endpoint: undefined,
    base_url: undefined,
  };
  const own = given.api_key || given.base_url ? endpointOf(name, given.base_url || undefined, given.api_key || 'none', true) : undefined;
  return {
    ...base,
    display_name: given.display_name ?? base.display_name,
    enabled: given.enabled ?? base.enabled,
    default_model: given.default_model ?? base.default_model,
    ...(own && { endpoint: own, payer, base_url: given.base_url || undefined }),
  };
}

/** Whether a provider can be asked: it is enabled, and has a key or needs none. */
export const isRegistered = ({ enabled, endpoint, default_model }: NamedProvider): boolean => enabled && !!endpoint && !!default_model;

export const hasKey = ({ endpoint }: NamedProvider): boolean => !!endpoint && endpoint.api_key !== 'none';

export function preferencesOf([installation, tenant, user]: Layers): Preferences {
  const last = (name: string) =>
    [installation.config, tenant.config, user.config].map((config) => config[name]).findLast((value) => value !== undefined);
  const text = (name: string) => (typeof last(name) === 'string' ? (last(name) as string) : undefined);
  const order = last('failover_order');
  return {
    default_provider: text('default_provider'),
    default_model: text('default_model'),
    failover_order: Array.isArray(order) ? order.filter((each) => typeof each === 'string') : [],
  };
}

/** The providers in the order in which they are asked: the first one, those of the failover order, and the rest. */
export function inOrder(providers: readonly NamedProvider[], first: string, { failover_order }: Preferences): NamedProvider[] {
  const names = [...new Set([first, ...failover_order, ...providers.map(({ name }) => name)])];
  return names.flatMap((name) => providers.find((each) => each.name === name) ?? []).filter(isRegistered);
}
