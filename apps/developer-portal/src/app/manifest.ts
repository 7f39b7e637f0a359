import { type Fault, type FunctionInfo, ICON_RULE, type IrCheckResult, isIcon, paramsSchemaOf, schemaOfNames } from '@skep/contracts';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import { MANIFEST_SCHEMA } from './manifest.schema.js';

export type Manifest = Record<string, unknown>;

/** So many values, each of them wrong, are checked in less than half a second. */
const LIMITS = { bytes: 1024 * 1024, depth: 64, values: 50_000, faults: 50 };
/** Verbose: a fault holds the schema that it breaks, with the words for it. */
const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false });
const fitsSchema = ajv.compile<StructuredManifest>(MANIFEST_SCHEMA);

/** What of a manifest its rules are about. */
interface StructuredManifest {
  app_id: string;
  icon?: string | null;
  panels?: { icon?: string | null }[] | null;
  tools?: { name: string }[];
  webhooks?: { path: string }[] | null;
  exposed?: { name: string }[] | null;
  events?: { emits?: { type: string }[] } | null;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is wrong with an app's manifest, up to 50 faults of its structure at once. Each fault's `loc` starts inside the manifest. */
export function manifestFaults(manifest: Manifest, app_id: string): Fault[] {
  if (isDeeperThan(manifest, LIMITS.depth))
    return [{ loc: [], msg: `The manifest is nested more than ${LIMITS.depth} levels deep`, type: 'too_deep' }];
  let values = 0;
  const text = JSON.stringify(manifest, (_key, value: unknown) => (values++, value));
  if (Buffer.byteLength(text) > LIMITS.bytes) return [{ loc: [], msg: 'The manifest is larger than 1 MiB', type: 'too_large' }];
  if (values > LIMITS.values) return [{ loc: [], msg: `The manifest has more than ${LIMITS.values} values`, type: 'too_large' }];
  const given: unknown = manifest;
  return fitsSchema(given) ? ruleFaults(given, app_id) : (fitsSchema.errors ?? []).slice(0, LIMITS.faults).map(structuralFault);
}

/** What a schema cannot say. */
function ruleFaults({ app_id: id, icon, panels, tools, webhooks, exposed, events }: StructuredManifest, app_id: string): Fault[] {
  const faults: Fault[] = [];
  const fault = (type: string, msg: string, ...loc: (string | number)[]) => faults.push({ loc, msg, type });
  if (id !== app_id) fault('app_id', `The manifest is of '${id}', but the app is '${app_id}'`, 'app_id');
  const iconFault = (icon: unknown, ...loc: (string | number)[]) => {
    if (icon !== undefined && icon !== null && !isIcon(icon)) fault('icon', `icon must be ${ICON_RULE}`, ...loc);
  };
  iconFault(icon, 'icon');
  for (const [i, panel] of (panels ?? []).entries()) iconFault(panel.icon, 'panels', i, 'icon');
  for (const [i, { name }] of (tools ?? []).entries())
    if (/^tool_.+_chat$/.test(name)) fault('name', 'A tool named tool_…_chat is never called: remove it', 'tools', i, 'name');
  for (const i of repeats(webhooks, ({ path }) => path)) fault('duplicate', 'There are two webhooks of this path', 'webhooks', i, 'path');
  for (const i of repeats(exposed, ({ name }) => name)) fault('duplicate', 'There are two of this name', 'exposed', i, 'name');
  for (const [i, { type }] of (events?.emits ?? []).entries())
    if (!type.startsWith(`${id}.`))
      fault('prefix', `The type of an event that the app emits begins with '${id}.'`, 'events', 'emits', i, 'type');
  return faults;
}

/** The places of those whose key an earlier one has. */
function repeats<T>(all: T[] | null | undefined, keyOf: (one: T) => string): number[] {
  const keys = (all ?? []).map(keyOf);
  const seen = new Set<string>();
  return [...keys.keys()].filter((i) => seen.size === seen.add(keys[i]!).size);
}

function structuralFault({ instancePath, keyword, params, parentSchema, message = 'is invalid' }: ErrorObject): Fault {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const loc = path.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (keyword === 'required') return { loc: [...loc, String(params['missingProperty'])], msg: 'Field required', type: 'missing' };
  if (keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    return { loc: [...loc, key], msg: `'${key.slice(0, 100)}' is not known here: remove it`, type: 'extra_forbidden' };
  }
  if (keyword === 'enum') return { loc, msg: `This must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`, type: 'enum' };
  const words = keyword === 'type' ? undefined : (parentSchema?.['description'] as string | undefined);
  return { loc, msg: words ?? `This ${message}`, type: keyword };
}

/** The functions that a valid manifest declares, of several of one name the last; those whose names begin with `__` serve panels and webhooks, not people. */
export function functionsOf({ tools }: Manifest): FunctionInfo[] {
  const all = Array.isArray(tools) ? (tools as Record<string, unknown>[]) : [];
  return [...new Map(all.map((tool) => [tool['name'], tool])).values()]
    .filter(({ name }) => !String(name).startsWith('__'))
    .map(({ name, description, action_type, params_schema, parameters }) => ({
      name: String(name),
      description: typeof description === 'string' ? description : '',
      params_schema: isObject(params_schema)
        ? paramsSchemaOf(params_schema)
        : schemaOfNames((parameters ?? {}) as Record<string, Manifest>),
      action_type: typeof action_type === 'string' ? action_type : null,
    }));
}

/** The manifest of a declarative app: what the IR says, over what the app's manifest said of other things. */
export const manifestOfIr = (manifest: Manifest, app_id: string, verdict: IrCheckResult): Manifest => {
  const { version, name, description, functions, panels } = verdict;
  return { ...manifest, app_id, version, name, description, tools: functions, panels };
};

/** The texts of a manifest's `tags`. */
export const tagsOf = ({ tags }: Manifest): string[] =>
  (Array.isArray(tags) ? tags : []).filter((tag): tag is string => typeof tag === 'string' && tag.length <= 50).slice(0, 20);

/** Looks at a stranger's JSON without recursion, which it could exhaust. */
export function isDeeperThan(json: unknown, depth: number): boolean {
  let level: unknown[] = [json];
  for (let deep = 0; level.length; deep++) {
    if (deep > depth) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : []));
  }
  return false;
}
