import { isObject } from '@skep/contracts';
import { CONFIG_SCOPES, type ConfigScope } from '@skep/contracts/registry';
import { merge } from '@skep/platform';
import type { ConfigParts } from './config.repository.js';

/** The settings of the scopes that hold for a user. */
export type Layers = Partial<Record<ConfigScope, ConfigParts>>;

type Values = Record<string, unknown>;

/** Settings, and where they come from. */
interface Layer {
  source: string;
  values: Values;
}

/** Each scope overrides those before it; the defaults of a role come with the role. What is enforced comes last, that of the platform at the very end. */
function toOrder(layers: Layers, role: string): Layer[] {
  const present = CONFIG_SCOPES.flatMap((scope) => (layers[scope] ? [{ source: scope, ...layers[scope] }] : []));
  const ofRole = ({ role_defaults }: ConfigParts) =>
    isObject(role_defaults[role]) && Object.hasOwn(role_defaults, role) ? [{ source: 'role_defaults', values: role_defaults[role] }] : [];
  const isGeneral = ({ source }: { source: ConfigScope }) => source !== 'role' && source !== 'user';
  const plain = (parts: typeof present) => parts.map(({ source, config }) => ({ source, values: config }));
  return [
    ...plain(present.filter(isGeneral)),
    ...present.flatMap(ofRole),
    ...plain(present.filter((part) => !isGeneral(part))),
    ...present.toReversed().map(({ enforced }) => ({ source: 'enforced', values: enforced })),
  ];
}

/** The settings that hold for a user with a role, and for each value, by its path, where it comes from. */
export function resolveConfig(layers: Layers, role: string): { config: Values; sources: Record<string, string> } {
  const order = toOrder(layers, role);
  const config = order.reduce<Values>((before, { values }) => merge(before, values), {});
  const sources = new Map<string, string>();
  for (const path of pathsOf(config)) {
    const source = order.findLast(({ values }) => hasPath(values, path))?.source;
    if (source) sources.set(path.join('.'), source);
  }
  return { config, sources: Object.fromEntries(sources) };
}

/** The paths of all values that are no objects, or empty ones. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  const entries = isObject(value) ? Object.entries(value) : [];
  return entries.length ? entries.flatMap(([key, child]) => pathsOf(child, [...path, key])) : path.length ? [[...path]] : [];
}

function hasPath(values: Values, path: readonly string[]): boolean {
  let at: unknown = values;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return false;
    at = at[key];
  }
  return true;
}
