import { operation } from '../define.js';
import { Bool, type FieldDocs, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { Empty } from '../common.js';
import { Forbidden, problem } from '../problem.js';

export const PROVIDER_TYPES = ['builtin', 'custom'] as const;

const docs = {
  name: { description: 'Name of the provider.', example: 'anthropic' },
  display_name: { description: 'Its name for people.', example: 'Anthropic' },
  api_key: { description: 'The key. It is stored sealed, and never answered.', example: 'sk-ant-1' },
  base_url: { description: 'The address of its API.', example: 'https://api.anthropic.com/v1' },
  default_model: { description: 'The model that is asked if none is named.', example: 'claude-sonnet-4-20250514' },
  enabled: { description: 'Whether it may be asked.', example: true },
  model: { description: 'Name of the model.', example: 'claude-sonnet-4-20250514' },
} satisfies Record<string, FieldDocs>;

@Shape('Identifies a provider of language models.')
export class ProviderRef {
  @Text({ max: 50, ...docs.name }) name!: string;
}

@Shape('How providers are listed.')
export class ListProviders {
  @Bool({ description: 'Whether providers are asked if it is not known that they answer.', example: true }) check: boolean = true;
}

@Shape('A provider of language models with the API of OpenAI.')
export class AddProvider {
  @Text({ min: 1, max: 50, pattern: /^[a-z0-9_-]+$/, ...docs.name, example: 'my-models' }) name!: string;
  @Text({ min: 1, max: 100, ...docs.display_name }) display_name!: string;
  @Text({ min: 1, max: 2_000, ...docs.api_key }) api_key!: string;
  @Text({ min: 1, max: 2_000, ...docs.base_url }) base_url!: string;
  @Optional() @Text({ max: 200, ...docs.default_model }) default_model?: string;
}

@Shape('Changes of a provider of language models. What is left out or null stays.')
export class UpdateProvider extends ProviderRef {
  @Optional() @Bool(docs.enabled) enabled?: boolean;
  @Optional() @Text({ max: 2_000, ...docs.api_key }) api_key?: string;
  @Optional() @Text({ max: 200, ...docs.default_model }) default_model?: string;
  @Optional() @Text({ max: 2_000, ...docs.base_url }) base_url?: string;
}

@Shape('A provider of language models, as a user sees it.')
export class Provider {
  @Text(docs.name) name!: string;
  @Text(docs.display_name) display_name!: string;
  @Text({ description: 'What it is.', example: 'Language models of Anthropic.' }) description!: string;
  @OneOf(PROVIDER_TYPES, { description: '`custom`: added by a user.', example: 'builtin' }) type!: (typeof PROVIDER_TYPES)[number];
  @Bool(docs.enabled) enabled!: boolean;
  @Bool({ description: 'Whether it has a key.', example: true }) has_key!: boolean;
  @Bool({ description: 'Like `has_key`.', example: true }) has_api_key!: boolean;
  @Nullable() @Text(docs.default_model) default_model!: string | null;
  @Nullable() @Text({ ...docs.base_url, description: 'The address, if the user gave it.' }) base_url!: string | null;
  @Nullable() @Bool({ description: 'Whether it answers. Null: not known.', example: true }) healthy!: boolean | null;
  @Bool({ description: 'Whether it runs beside Skep, without a key.', example: false }) local!: boolean;
}

@Shape('The providers of language models of a user.')
export class Providers {
  @List(() => Provider, { description: 'All providers, builtin ones first.' }) providers!: Provider[];
  @Text({ description: 'The provider that is asked first.', example: 'anthropic' }) default_provider!: string;
}

@Shape('The models of a provider.')
export class ProviderModels {
  @Text(docs.name) provider!: string;
  @List('text', { description: 'Names of the models.', example: ['claude-sonnet-4-20250514'] }) models!: string[];
  @Optional() @Text({ description: 'Why they are not known.', example: 'The provider rejected the key.' }) error?: string;
}

@Shape('The order in which providers are asked.')
export class FailoverOrder {
  @List('text', {
    min: 1,
    max: 100,
    description: 'Names of providers that have a key. Others follow them.',
    example: ['anthropic', 'openai'],
  })
  order!: string[];
}

@Shape('The order in which providers are asked.')
export class FailoverOrderSet {
  @List('text', { description: 'Names of providers.', example: ['anthropic', 'openai'] }) failover_order!: string[];
}

@Shape('Selects the provider that is asked first.')
export class SetDefaultProvider {
  @Text({ max: 50, ...docs.name }) provider!: string;
}

@Shape('Selects the model that is asked if none is named.')
export class SetDefaultModel {
  @Text({ min: 1, max: 200, ...docs.model }) model!: string;
}

@Shape('What is asked if a request names neither provider nor model.')
export class ModelPreferences {
  @Text({ description: 'Name of the provider.', example: 'anthropic' }) default_provider!: string;
  @Nullable() @Text({ ...docs.model, description: 'Name of the model. Null: that of the provider.' }) default_model!: string | null;
}

export const ProviderNotFound = problem('provider_not_found', 404, 'Provider not found.');
export const ProviderExists = problem('provider_exists', 400, 'A provider with this name already exists.');
export const ProviderIsBuiltin = problem('provider_is_builtin', 400, 'A builtin provider cannot be removed. Disable it instead.');
export const UnknownProviders = problem('unknown_providers', 400, 'A provider is not registered. Give it a key first.');

/** Of people who use agents. */
const scope = 'agent:use';

export const providerMembers = {
  listProviders: operation('List your providers of language models', {
    description: 'The builtin ones, those of your administrator, and yours. Keys are never shown.',
    scope,
    input: ListProviders,
    output: Providers,
    spansCalls: true,
  }),
  addProvider: operation('Add a provider of language models', {
    description:
      'Any endpoint with the API of OpenAI. Only you use it, with your key; you pay no fee for it. What an administrator of language models adds or changes is for everyone in the tenant, who may have others unless it is enforced.',
    scope,
    input: AddProvider,
    output: Providers,
    problems: [ProviderExists, Forbidden],
  }),
  updateProvider: operation('Change a provider of language models', {
    description: 'A key or an address makes it yours: the key of your administrator is not sent to another address.',
    scope,
    input: UpdateProvider,
    output: Providers,
    problems: [ProviderNotFound, Forbidden],
  }),
  removeProvider: operation('Remove a provider of language models', {
    scope,
    input: ProviderRef,
    output: Providers,
    problems: [ProviderNotFound, ProviderIsBuiltin, Forbidden],
  }),
  listProviderModels: operation('List the models of a provider', {
    description: 'Asks the provider. If it does not answer, the list is empty, and `error` says why.',
    scope,
    input: ProviderRef,
    output: ProviderModels,
    problems: [ProviderNotFound],
    spansCalls: true,
  }),
  setFailoverOrder: operation('Set the order of your providers', {
    description: 'If a provider does not answer, the next one is asked, but never after the first word of an answer.',
    scope,
    input: FailoverOrder,
    output: FailoverOrderSet,
    problems: [UnknownProviders, Forbidden],
  }),
  getModelPreferences: operation('Read your default provider and model', { scope, input: Empty, output: ModelPreferences }),
  setDefaultProvider: operation('Set your default provider', {
    scope,
    input: SetDefaultProvider,
    output: ModelPreferences,
    problems: [UnknownProviders, Forbidden],
  }),
  setDefaultModel: operation('Set your default model', { scope, input: SetDefaultModel, output: ModelPreferences, problems: [Forbidden] }),
};
