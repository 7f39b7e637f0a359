import { type Fault, ICON_RULE, isHttpUrl, isIcon, isObject, paramsSchemaOf, schemaOfNames } from '@skep/contracts';
import { didYouMean, docsUrlOf, type FaultCode, MANIFEST_SCHEMA } from '@skep/contracts/authoring';
import { type IrCheckResult, type IrFault, irFault } from '@skep/contracts/kernel';
import type { FunctionInfo } from '@skep/contracts/registry';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';

export type Manifest = Record<string, unknown>;

/** A manifest of 50,000 invalid values is checked in less than half a second. */
const LIMITS = { bytes: 1024 * 1024, depth: 64, values: 50_000, faults: 50 };
/** `verbose`: each error carries the schema that it violates, whose `description` is the message. */
const ajv = new Ajv2020({ allErrors: true, verbose: true, allowUnionTypes: true, strictTypes: false });
const matchesSchema = ajv.compile<StructuredManifest>(MANIFEST_SCHEMA);

/** The parts of a manifest that `findRuleFaults` checks. */
interface StructuredManifest {
  app_id: string;
  icon?: string | null;
  panels?: { icon?: string | null }[] | null;
  tools?: { name: string }[];
  webhooks?: { path: string }[] | null;
  exposed?: { name: string }[] | null;
  events?: { emits?: { type: string }[] } | null;
}

/** The faults of an app's manifest: at most 50 of its structure, or those of the rules if the structure is valid. `loc` is relative to the manifest. */
export function findManifestFaults(manifest: Manifest, app_id: string): Fault[] {
  if (exceedsDepth(manifest, LIMITS.depth))
    return [faultOf('too_deep', [], `The manifest is nested more than ${LIMITS.depth} levels deep`)];
  let values = 0;
  const text = JSON.stringify(manifest, (_key, value: unknown) => (values++, value));
  if (Buffer.byteLength(text) > LIMITS.bytes) return [faultOf('too_large', [], 'The manifest is larger than 1 MiB')];
  if (values > LIMITS.values) return [faultOf('too_large', [], `The manifest has more than ${LIMITS.values} values`)];
  const given: unknown = manifest;
  return matchesSchema(given) ? findRuleFaults(given, app_id) : (matchesSchema.errors ?? []).slice(0, LIMITS.faults).map(toFault);
}

/** The faults of a manifest that a client sends for an app, and that the client may not set. */
export function findAppManifestFaults(manifest: Manifest, app_id: string, isSystem: boolean): Fault[] {
  const faults = findManifestFaults(manifest, app_id);
  if (manifest['system'] === true && !isSystem) faults.push(faultOf('system', ['system'], 'This app is not a system app. Remove the key'));
  return faults;
}

/** Rules that JSON Schema cannot express. */
function findRuleFaults({ app_id: id, icon, panels, tools, webhooks, exposed, events }: StructuredManifest, app_id: string): Fault[] {
  const faults: Fault[] = [];
  const fault = (type: string, msg: string, ...loc: (string | number)[]) => faults.push(faultOf(type, loc, msg));
  if (id !== app_id) fault('app_id', `The manifest is for '${id}', but the app is '${app_id}'`, 'app_id');
  const iconFault = (icon: unknown, ...loc: (string | number)[]) => {
    if (icon !== undefined && icon !== null && !isIcon(icon)) fault('icon', `icon must be ${ICON_RULE}`, ...loc);
  };
  iconFault(icon, 'icon');
  for (const [i, panel] of (panels ?? []).entries()) iconFault(panel.icon, 'panels', i, 'icon');
  for (const [i, { name }] of (tools ?? []).entries())
    if (/^tool_.+_chat$/.test(name)) fault('name', 'A tool named tool_…_chat is never called. Remove it', 'tools', i, 'name');
  for (const i of duplicateIndexes(webhooks, ({ path }) => path))
    fault('duplicate', 'Another webhook has the same path', 'webhooks', i, 'path');
  for (const i of duplicateIndexes(exposed, ({ name }) => name))
    fault('duplicate', 'Another entry has the same name', 'exposed', i, 'name');
  for (const [i, { type }] of (events?.emits ?? []).entries())
    if (!type.startsWith(`${id}.`)) fault('prefix', `The type of an emitted event must start with '${id}.'`, 'events', 'emits', i, 'type');
  return faults;
}

/** The indexes of items with the key of an earlier item. */
function duplicateIndexes<T>(items: T[] | null | undefined, keyOf: (item: T) => string): number[] {
  const keys = (items ?? []).map(keyOf);
  const seen = new Set<string>();
  return [...keys.keys()].filter((i) => seen.size === seen.add(keys[i]!).size);
}

function toFault({ instancePath, keyword, params, parentSchema, message = 'is invalid' }: ErrorObject): Fault {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const loc = path.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  if (keyword === 'required') return faultOf('missing', [...loc, String(params['missingProperty'])], 'Field required');
  if (keyword === 'additionalProperties') {
    const key = String(params['additionalProperty']);
    const known = Object.keys((parentSchema?.['properties'] ?? {}) as object);
    return faultOf('extra_forbidden', [...loc, key], `Unknown key '${key.slice(0, 100)}'${didYouMean(key, known, '. Remove it')}`);
  }
  if (keyword === 'enum') return faultOf('enum', loc, `Value must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`);
  const description = keyword === 'type' ? undefined : (parentSchema?.['description'] as string | undefined);
  return faultOf(keyword, loc, description ?? `Value ${message}`);
}

/** The kinds of faults by the published rule, of those that are no plain value. */
const CODES: Readonly<Record<string, FaultCode>> = {
  too_deep: 'outside-limits',
  too_large: 'outside-limits',
  missing: 'missing-key',
  extra_forbidden: 'unknown-key',
  app_id: 'wrong-app-id',
  icon: 'invalid-icon',
  name: 'invalid-name',
  duplicate: 'duplicate-name',
  prefix: 'foreign-event',
  system: 'not-a-system-app',
};

const faultOf = (type: string, loc: Fault['loc'], msg: string): Fault => ({
  loc,
  msg,
  type,
  docs_url: docsUrlOf(CODES[type] ?? 'invalid-value'),
});

/** The functions that a valid manifest declares. Of several with one name the last counts. Names with `__` belong to panels and webhooks and are left out. */
export function functionsOf(manifest: Manifest): FunctionInfo[] {
  return [...new Map(toolsOf(manifest).map((tool) => [tool['name'], tool])).values()]
    .filter(({ name }) => !String(name).startsWith('__'))
    .map(({ name, description, action_type, params_schema, parameters, return_schema }) => ({
      name: String(name),
      description: typeof description === 'string' ? description : '',
      params_schema: isObject(params_schema)
        ? paramsSchemaOf(params_schema)
        : schemaOfNames((parameters ?? {}) as Record<string, Manifest>),
      action_type: typeof action_type === 'string' ? action_type : null,
      ...(isObject(return_schema) && { return_schema }),
    }));
}

/** The manifest of a declarative app: the app's manifest, with the fields that the IR defines taken from the IR. What makes a function a task stays. */
export const buildManifest = (manifest: Manifest, app_id: string, irCheck: IrCheckResult): Manifest => {
  const { version, name, description, functions, panels } = irCheck;
  const marks = new Map(toolsOf(manifest).map(({ name, background, long_running }) => [name, { background, long_running }]));
  const tools = functions.map((fn) => ({ ...fn, ...marks.get(fn.name) }));
  return { ...manifest, app_id, version, name, description, tools, panels };
};

/** What is wrong between the webhooks of a manifest and the functions of an IR: one without the other never runs. */
export function findWebhookWarnings({ webhooks }: Manifest, { ir }: IrCheckResult): IrFault[] {
  const trim = (path: string) => path.replace(/^\/+|\/+$/g, '');
  const declared = (Array.isArray(webhooks) ? (webhooks as { path: string }[]) : []).map(({ path }) => trim(path));
  const names = ((ir?.['app'] as { functions: { name: string }[] } | undefined)?.functions ?? []).map(({ name }) => name);
  const implemented = names.flatMap((name) => (name.startsWith('__webhook__') ? [trim(name.slice('__webhook__'.length))] : []));
  const warn = (message: string) => irFault('unanswered-webhook', ['app', 'functions'], message);
  return [
    ...implemented.filter((path) => !declared.includes(path)).map((path) => warn(`the manifest does not declare the webhook '/${path}'`)),
    ...declared
      .filter((path) => !implemented.includes(path))
      .map((path) => warn(`no function '__webhook__${path}' answers the webhook '/${path}'`)),
  ];
}

/**
 * The IR of an app whose tools name the address on its developer's server that runs them, as `impl` or as `endpoint`; undefined if none does.
 * @param title of the app
 */
export function irOfServers(manifest: Manifest, title: string): Record<string, unknown> | undefined {
  const tools = toolsOf(manifest)
    .map((tool): Manifest => ({ ...tool, url: serverOf(tool) }))
    .filter(({ url }) => url !== undefined);
  if (!tools.length) return undefined;
  const functions = tools.map(({ url, name, description = '', params_schema, parameters, return_schema, action_type, effects, event }) => ({
    ...{ name, description, params_schema: params_schema ?? schemaOfNames((parameters ?? {}) as Record<string, Manifest>) },
    ...{ return_schema: return_schema ?? null, action_type: action_type || null, effects: effects ?? [], event: event ?? '' },
    impl: { kind: 'http', url },
  }));
  const { app_id: id, version } = manifest;
  return { ir_version: '1.0', app: { id, version, title, functions } };
}

const serverOf = ({ impl, endpoint }: Manifest): unknown =>
  isObject(impl) && impl['kind'] === 'http' ? impl['url'] : typeof endpoint === 'string' ? endpoint : undefined;

const toolsOf = ({ tools }: Manifest) => (Array.isArray(tools) ? (tools as Record<string, unknown>[]) : []);

/** The manifest's `tags`: at most 20 strings of at most 50 characters. */
export const tagsOf = ({ tags }: Manifest): string[] =>
  (Array.isArray(tags) ? tags : []).filter((tag): tag is string => typeof tag === 'string' && tag.length <= 50).slice(0, 20);

const MAX_CREDIT = 200;
const MAX_URL = 2_000;

/** The author, web page and license of a listing: null for what the manifest leaves out, or what is too long or no web address. */
export function creditsOf({ author, homepage, license }: Manifest) {
  const text = (value: unknown) => (typeof value === 'string' && value.trim() && value.length <= MAX_CREDIT ? value.trim() : null);
  const isPage = typeof homepage === 'string' && homepage.length <= MAX_URL && isHttpUrl(homepage);
  return { author: text(author), license: text(license), homepage: isPage ? homepage : null };
}

/** Whether JSON is nested deeper than `maxDepth` levels. Not recursive, because untrusted input could overflow the stack. */
export function exceedsDepth(json: unknown, maxDepth: number): boolean {
  let level: unknown[] = [json];
  for (let depth = 0; level.length; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((value) => (typeof value === 'object' && value !== null ? (Object.values(value) as unknown[]) : []));
  }
  return false;
}
