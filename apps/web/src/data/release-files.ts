/** The files of an app by name: `app.json`, `manifest.json`, and its modules by their paths. */
export type Files = Readonly<Record<string, string>>;

export const APP_FILE = 'app.json';
export const MANIFEST_FILE = 'manifest.json';

type JsonObject = Record<string, unknown>;

/** A release as its author wrote it. */
export interface Release {
  ir: JsonObject | null;
  manifest: JsonObject;
}

/** What a deploy takes from the IR. */
const DERIVED = ['app_id', 'version', 'name', 'description', 'panels', 'tools'];

/** In which order people read the parts of an IR. A release has them in another one, and null for what is not there. */
const ORDER = {
  envelope: ['ir_version', 'app'],
  app: ['id', 'version', 'title', 'description', 'icon', 'capabilities', 'functions', 'ui', 'automations'],
  fn: ['name', 'description', 'action_type', 'event', 'params_schema', 'return_schema', 'impl'],
  impl: ['kind', 'url', 'module', 'entry'],
  step: ['id', 'op', 'if', 'then', 'else', 'args'],
  panel: ['panel_id', 'slot', 'title', 'icon', 'refresh', 'render'],
};

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
const each = (list: unknown, change: (item: JsonObject) => JsonObject): unknown =>
  Array.isArray(list) ? list.map((item: unknown) => (isObject(item) ? change(item) : item)) : list;

function arrange(kind: keyof typeof ORDER, object: JsonObject, changed: JsonObject = {}): JsonObject {
  const order = ORDER[kind];
  const place = (key: string) => (order.indexOf(key) + order.length + 1) % (order.length + 1);
  const members = Object.entries({ ...object, ...changed }).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(members.sort(([a], [b]) => place(a) - place(b)));
}

const arrangeImpl = (impl: unknown) =>
  isObject(impl) ? arrange('impl', impl, { steps: each(impl['steps'], (step) => arrange('step', step)) }) : impl;

function arrangeApp(app: JsonObject): JsonObject {
  const { ui } = app;
  const panels = (panel: JsonObject) => arrange('panel', panel, { render: arrangeImpl(panel['render']) });
  return arrange('app', app, {
    functions: each(app['functions'], (fn) => arrange('fn', fn, { impl: arrangeImpl(fn['impl']) })),
    ...(isObject(ui) && { ui: { ...ui, panels: each(ui['panels'], panels) } }),
  });
}

const toText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** A release as files to read, change and compare. */
export function toFiles({ ir, manifest }: Release): Files {
  if (!ir) return { [MANIFEST_FILE]: toText(manifest) };
  const { app, ...envelope } = ir as JsonObject & { app: JsonObject };
  const { modules, ...declared } = app;
  const own = Object.fromEntries(Object.entries(manifest).filter(([key]) => !DERIVED.includes(key)));
  const tools = (manifest['tools'] as JsonObject[] | undefined)?.filter(({ background, long_running }) => background || long_running);
  return {
    [APP_FILE]: toText(arrange('envelope', { ...envelope, app: arrangeApp(declared) })),
    [MANIFEST_FILE]: toText({ ...own, ...(tools?.length && { tools }) }),
    ...(modules as Files | undefined),
  };
}

/** What a deploy sends. @throws SyntaxError if a file is not JSON */
export function toDeploy(app_id: string, { [APP_FILE]: ir = '', [MANIFEST_FILE]: manifest, ...modules }: Files) {
  const envelope = JSON.parse(ir) as JsonObject & { app?: JsonObject };
  const app = { ...envelope.app, ...(Object.keys(modules).length && { modules }) };
  return {
    ir_dict: { ...envelope, app } as JsonObject,
    manifest_json: { app_id, version: envelope.app?.['version'], ...(JSON.parse(manifest || '{}') as JsonObject) } as JsonObject,
  };
}
