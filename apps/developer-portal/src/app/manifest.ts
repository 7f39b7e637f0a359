import { APP_ID, type Fault, type FunctionInfo, ICON_RULE, type IrVerdict, isIcon, paramsSchemaOf, schemaOfNames } from '@skep/contracts';

export type Manifest = Record<string, unknown>;

const LIMITS = { bytes: 1024 * 1024, depth: 64, tools: 1_000 };
const VERSION = /^\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?$/;
const TOOL_NAME = /^[A-Za-z_][\w/-]{0,127}$/;
const ACTION_TYPES = ['read', 'write', 'destructive'];
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAbsent = (value: unknown) => value === undefined || value === null;

/** What is wrong with an app's manifest. Each fault's `loc` starts inside the manifest. */
export function manifestFaults(manifest: Manifest, app_id: string): Fault[] {
  if (isDeeperThan(manifest, LIMITS.depth))
    return [{ loc: [], msg: `The manifest is nested more than ${LIMITS.depth} levels deep`, type: 'too_deep' }];
  if (Buffer.byteLength(JSON.stringify(manifest)) > LIMITS.bytes)
    return [{ loc: [], msg: 'The manifest is larger than 1 MiB', type: 'too_large' }];
  const faults: Fault[] = [];
  const { app_id: id, version, icon, tools } = manifest;
  if (isAbsent(id)) faults.push({ loc: ['app_id'], msg: 'Field required', type: 'missing' });
  else if (typeof id !== 'string' || !APP_ID.test(id)) faults.push({ loc: ['app_id'], msg: 'This cannot be an app id', type: 'app_id' });
  else if (id !== app_id) faults.push({ loc: ['app_id'], msg: `The manifest is of '${id}', but the app is '${app_id}'`, type: 'app_id' });
  if (isAbsent(version)) faults.push({ loc: ['version'], msg: 'Field required', type: 'missing' });
  else if (typeof version !== 'string' || version.length > 64 || !VERSION.test(version))
    faults.push({ loc: ['version'], msg: 'A version looks like 1.2.3', type: 'version' });
  if (!isAbsent(icon) && !isIcon(icon)) faults.push({ loc: ['icon'], msg: `icon must be ${ICON_RULE}`, type: 'icon' });
  return [...faults, ...toolFaults(tools)];
}

function toolFaults(tools: unknown): Fault[] {
  if (isAbsent(tools)) return [];
  if (!Array.isArray(tools)) return [{ loc: ['tools'], msg: 'tools is a list', type: 'list_type' }];
  if (tools.length > LIMITS.tools) return [{ loc: ['tools'], msg: `There may be ${LIMITS.tools} tools at the most`, type: 'too_long' }];
  const names = new Set<string>();
  return tools.flatMap((tool: unknown, i) => {
    const faults: Fault[] = [];
    const fault = (key: string, msg: string, type: string) => faults.push({ loc: ['tools', i, key], msg, type });
    if (!isObject(tool)) return [{ loc: ['tools', i], msg: 'A tool is an object', type: 'object_type' }];
    const { name, description, action_type, params_schema } = tool;
    if (typeof name !== 'string' || !TOOL_NAME.test(name)) fault('name', 'A tool is named by letters, digits and _', 'name');
    else if (names.has(name)) fault('name', `There are two tools named '${name}'`, 'duplicate');
    else names.add(name);
    if (!isAbsent(description) && (typeof description !== 'string' || description.length > 10_000))
      fault('description', 'A description is text of 10,000 characters at the most', 'text');
    if (!isAbsent(action_type) && !(typeof action_type === 'string' && ACTION_TYPES.includes(action_type)))
      fault('action_type', `An action type is one of ${ACTION_TYPES.join(', ')}`, 'action_type');
    if (!isAbsent(params_schema) && !isObject(params_schema))
      fault('params_schema', 'params_schema is a JSON Schema object', 'object_type');
    return faults;
  });
}

/** The functions that a valid manifest declares; those whose names begin with `__` serve panels and webhooks, not people. */
export function functionsOf({ tools }: Manifest): FunctionInfo[] {
  const all = Array.isArray(tools) ? (tools as Record<string, unknown>[]) : [];
  return all
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
export const manifestOfIr = (manifest: Manifest, app_id: string, verdict: IrVerdict): Manifest => {
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
