import { NotConfigured } from '@skep/contracts';
import { ModelUnavailable } from '@skep/contracts/models';
import type { Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ModelsConfig } from '../models.config.js';
import type { Candidate } from '../provider/failover.js';
import { effectiveSettings, type EffectiveSettings } from '../settings/effective-settings.js';
import type { ModelSource } from '../settings/model-config.js';
import { inOrder, isRegistered, type NamedProvider, namedProviders, type Preferences, preferencesOf } from '../settings/named-providers.js';
import { type FeeList, Fees, type Tokens } from './fees.js';
import { type SettingsOwner, SettingsRepository } from '../settings/settings.repository.js';

/** What a prompt and its answer are expected to have, if they are not known yet. */
const EXPECTED: Tokens = { prompt_tokens: 2_000, completion_tokens: 2_048 };
const NOT_CONFIGURED =
  'This installation has no language model. Its operator must set SKEP_LLM_PROVIDER, SKEP_LLM_MODEL, and SKEP_LLM_API_KEY or SKEP_LLM_BASE_URL.';

/** The user of a request, and their role. */
export interface Person extends SettingsOwner {
  role: string;
}

/** The models that may answer a prompt, best first. */
export interface Choice {
  candidates: readonly [Candidate, ...Candidate[]];
  settings: EffectiveSettings;
  fees: FeeList;
}

/** Finds the models that may answer a prompt, and what they cost. */
@Injectable()
export class ModelChoices {
  constructor(
    private readonly config: ModelsConfig,
    private readonly repository: SettingsRepository,
    private readonly fees: Fees,
  ) {}

  /** @param named a provider of the person’s that is to be asked first @throws Problem `model_unavailable` if it is not registered */
  async findSettings({ role, ...owner }: Person, named?: string): Promise<EffectiveSettings> {
    const [operator, layers] = [this.config.operatorModels(), await this.repository.findLayers(owner)];
    const settings = effectiveSettings(operator, layers, role);
    const preferences = preferencesOf(layers);
    const first = named ?? preferences.default_provider;
    const providers = namedProviders(operator, layers).filter(isRegistered);
    const chosen = providers.find(({ name }) => name === first) ?? (settings.sources.length || named ? undefined : providers[0]);
    if (named && !chosen) throw ModelUnavailable(`The provider ${named} is not registered. Give it a key first.`);
    return chosen ? settingsOf(chosen, providers, preferences, settings) : settings;
  }

  /**
   * A model that is not listed is replaced by the default one, so that an app runs on every installation.
   * @throws Problem `not_configured`
   */
  async find(ctx: Ctx, person: Person, requested: string | undefined, provider?: string): Promise<Choice> {
    const [settings, fees] = await Promise.all([this.findSettings(person, provider), this.fees.current(ctx)]);
    const sources = availableSources(settings, fees);
    const [first, ...others] = sources.map((source) => ({ endpoint: source.endpoint, model: modelAt(source, requested, settings) }));
    if (!first) throw NotConfigured(NOT_CONFIGURED);
    return { candidates: [first, ...others], settings, fees };
  }

  /** The most that prompts to these models cost together, or one prompt to any model. Any of the sources may answer. */
  async highestFee(ctx: Ctx, person: Person, names: readonly string[] | undefined): Promise<number> {
    const [settings, fees] = await Promise.all([this.findSettings(person), this.fees.current(ctx)]);
    const sources = availableSources(settings, fees);
    const modelsOf = (name: string) => sources.map((source) => modelAt(source, name, settings));
    const prompts = names?.map(modelsOf) ?? [sources.flatMap((source) => [source.model, ...source.models])];
    const costs = prompts.map((models) => models.map((model) => fees.of(model, settings.payer, EXPECTED)));
    const platform_fee = Math.max(0, ...costs.flat().map((fee) => fee.platform_fee));
    return costs.reduce((sum, prompt) => sum + Math.max(0, ...prompt.map(({ token_fee }) => token_fee)), platform_fee);
  }
}

/** The sources without the models that the operator took away. People’s own keys are their own business. */
function availableSources({ sources, payer }: EffectiveSettings, fees: FeeList): ModelSource[] {
  if (payer === 'tenant' || payer === 'user') return [...sources];
  return sources.flatMap(({ endpoint, model, models }) => {
    const [first, ...others] = [model, ...models].filter((each) => fees.isAvailable(each));
    return first === undefined ? [] : [{ endpoint, model: first, models: first === model ? others : [first, ...others] }];
  });
}

/**
 * What applies when the person chose a provider: it is asked first, and then others of the same owner, so that one request has one payer. A
 * model that is asked for belongs to the first provider.
 */
function settingsOf(
  chosen: NamedProvider,
  providers: readonly NamedProvider[],
  preferences: Preferences,
  { limits }: EffectiveSettings,
): EffectiveSettings {
  const [first, ...others] = inOrder(providers, chosen.name, preferences)
    .filter(({ payer }) => payer === chosen.payer)
    .map(({ endpoint, default_model, models }) => ({ endpoint: endpoint!, model: default_model!, models }));
  const isForeign = chosen.payer === 'user' || chosen.payer === 'tenant';
  const isDefault = chosen.name === preferences.default_provider || !preferences.default_provider;
  return {
    ...{ sources: [{ ...first!, isOpen: isForeign }, ...others], payer: chosen.payer!, limits },
    model: isDefault ? preferences.default_model : undefined,
  };
}

function modelAt({ model, models, isOpen }: ModelSource, requested: string | undefined, settings: EffectiveSettings): string {
  if (isOpen) return requested || settings.model || model;
  const isListed = (name: string | undefined): name is string => name !== undefined && models.includes(name);
  return isListed(requested) ? requested : isListed(settings.model) ? settings.model : model;
}
