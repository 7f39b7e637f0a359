import { type Fault, InvalidInput, isObject } from '@skep/contracts';
import { endpointOf, type Endpoint, PROVIDER_NAMES } from '../provider/providers.js';

type JsonObject = Record<string, unknown>;

/** Settings as they were given: with keys, and with members that Skep does not know. */
export interface SettingsDocument {
  config: JsonObject;
  enforced: JsonObject;
  role_defaults: JsonObject;
}

/** Where models are asked, as one person gave it: provider, key and address belong together. */
export interface ModelSource {
  endpoint: Endpoint;
  /** The default model. */
  model: string;
  /** More models that may be asked for. */
  models: readonly string[];
  /** Whether any model may be asked for: its user pays the provider, and knows its models. */
  isOpen?: boolean;
}

/** What Skep reads of `config`. */
export interface ModelConfig {
  /** The sources, best first; undefined if the settings name no provider. */
  sources?: readonly ModelSource[];
  /** The default model of others’ sources. */
  model?: string;
  /** Tokens of a tenant in a month; in the settings of a user, theirs. */
  monthly_tokens?: number;
  /** Tokens of each user of a tenant in a month. */
  person_monthly_tokens?: number;
}

const MASK = '****';
const FALLBACKS_MAX = 5;

/** Reads settings. @param loc where they are in the input @param isForeign false for the operator’s own @throws Problem `invalid_input` */
export function readConfig(config: JsonObject, loc: readonly string[], isForeign = true): ModelConfig {
  const faults: Fault[] = [];
  const fault = (name: string, msg: string) => void faults.push({ loc: [...loc, name], msg, type: 'value_error' });
  const text = (from: JsonObject, name: string): string | undefined => {
    const value = from[name];
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value === 'string' && value.length <= 2_000) return value;
    fault(name, 'must be text of at most 2,000 characters');
    return undefined;
  };
  const tokens = (name: string): number | undefined => {
    const value = config[name];
    if (value === undefined || value === null) return undefined;
    if (Number.isSafeInteger(value) && Number(value) >= 0) return Number(value);
    fault(name, 'must be a whole number of tokens');
    return undefined;
  };
  const source = (from: JsonObject): ModelSource | undefined => {
    const [provider, model, base_url] = [text(from, 'provider'), text(from, 'model'), text(from, 'base_url')];
    if (!provider) return undefined;
    if (base_url && !/^https?:$/.test(URL.parse(base_url)?.protocol ?? '')) fault('base_url', 'must be an http or https address');
    const endpoint = endpointOf(provider, base_url, text(from, 'api_key') ?? 'none', isForeign);
    if (!endpoint) fault('base_url', `is required unless the provider is one of ${PROVIDER_NAMES.join(', ')}`);
    if (!model) fault('model', 'is required with a provider');
    const models = Array.isArray(from['models']) ? from['models'].filter((each) => typeof each === 'string') : [];
    return endpoint && model ? { endpoint, model, models } : undefined;
  };
  const fallbacks = Array.isArray(config['fallbacks']) ? config['fallbacks'].slice(0, FALLBACKS_MAX).filter(isObject) : [];
  const sources = [source(config), ...fallbacks.map(source)].filter((each) => each !== undefined);
  const model = text(config, 'model');
  const [monthly_tokens, person_monthly_tokens] = [tokens('monthly_tokens'), tokens('person_monthly_tokens')];
  if (faults.length) throw InvalidInput(faults);
  return {
    ...(sources.length && { sources }),
    ...(model !== undefined && { model }),
    ...(monthly_tokens !== undefined && { monthly_tokens }),
    ...(person_monthly_tokens !== undefined && { person_monthly_tokens }),
  };
}

/** The same settings with their keys masked: the last four characters of long keys are shown. */
export const maskKeys = <T>(value: T): T => mapKeys(value, (key) => (key.length >= 16 ? `${MASK}${key.slice(-4)}` : MASK));

/**
 * The same settings, where a masked key is the one that was there before. It belongs to its provider and address: with others it becomes empty,
 * so that no one has it sent to an address of theirs.
 */
export const unmaskKeys = <T>(value: T, before: unknown): T =>
  mapKeys(value, (key, { provider, base_url }, path) => {
    if (!key.startsWith(MASK)) return key;
    const kept = path.reduce<unknown>((at, name) => (at as JsonObject | undefined)?.[name], before);
    return isObject(kept) && kept['provider'] === provider && kept['base_url'] === base_url ? String(kept['api_key'] ?? '') : '';
  });

/** Changes each `api_key`. @param change gets the key, the object that contains it, and the path of that */
function mapKeys<T>(value: T, change: (key: string, of: JsonObject, path: readonly string[]) => string, path: readonly string[] = []): T {
  if (Array.isArray(value)) return value.map((each, n) => mapKeys<unknown>(each, change, [...path, String(n)])) as T;
  if (!isObject(value)) return value;
  const changed = Object.entries(value).map(([name, each]) => [
    name,
    name === 'api_key' && typeof each === 'string' && each ? change(each, value, path) : mapKeys(each, change, [...path, name]),
  ]);
  return Object.fromEntries(changed) as T;
}
