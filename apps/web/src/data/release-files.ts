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

const toText = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

/** A release as files to read, change and compare. */
export function toFiles({ ir, manifest }: Release): Files {
  if (!ir) return { [MANIFEST_FILE]: toText(manifest) };
  const { app, ...envelope } = ir as JsonObject & { app: JsonObject };
  const { modules, ...declared } = app;
  const own = Object.fromEntries(Object.entries(manifest).filter(([key]) => !DERIVED.includes(key)));
  const tools = (manifest['tools'] as JsonObject[] | undefined)?.filter(({ background, long_running }) => background || long_running);
  return {
    [APP_FILE]: toText({ ...envelope, app: declared }),
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
