import { VERBS } from '@skep/contracts/authoring';
import { builtins, callPermission, isHeld, RESERVED_APP_IDS } from '@skep/contracts/builtins';
import { type ActionStep, type IrApp, type IrStep, stepsOf } from './ir.js';
import { isAppId } from './names.js';
import { findBindings } from './template.js';

/** To send params to a server: one of the developer, or an MCP server. */
export const SERVER_CALL = 'server:call';
const ANY_ACTION_TYPE = ['read', 'write'];

/**
 * The permissions that a release can use, sorted: those of its steps, calls of its developer's server, and calls of other apps' functions that a step makes and that a
 * capability allows. If a binding chooses the app, every capability counts. What code does cannot be read from it: it has what the capabilities allow.
 */
export function permissionsOf(app: Pick<IrApp, 'id' | 'capabilities' | 'functions' | 'skeleton' | 'ui'>): string[] {
  const impls = [...app.functions.map(({ impl }) => impl), ...(app.skeleton ?? []).map(({ producer }) => producer)];
  const ofPanels = (app.ui?.panels ?? []).flatMap(({ render }) => (render.kind === 'template' ? (render.steps ?? []) : []));
  const ofSteps = [...impls.flatMap((impl) => stepsOf(impl)), ...ofPanels].filter(isAction).flatMap((step) => permissionsOfStep(step, app));
  const isCode = ({ kind }: { kind: string }) => kind === 'code';
  const hasCode = impls.some(isCode) || (app.ui?.panels ?? []).some(({ render }) => isCode(render));
  const callsServer = impls.some(({ kind }) => kind === 'http' || kind === 'mcp');
  const ids = new Set([...ofSteps, ...(callsServer ? [SERVER_CALL] : []), ...(hasCode ? permissionsOfCode(app) : [])]);
  const isCovered = (id: string) => isHeld(new Set([...ids].filter((other) => other !== id)), id);
  return [...ids].filter((id) => !isCovered(id)).sort();
}

/** What code needs to use each part of its `ctx`, beside calls of other apps. */
const CODE_PERMISSIONS = ['store:read', 'store:write', 'ai:complete', 'chat:send'];
const HOST = /^http:(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?$/;

function permissionsOfCode({ id, capabilities }: Pick<IrApp, 'id' | 'capabilities'>): string[] {
  const own = CODE_PERMISSIONS.filter((permission) => isListed(capabilities, permission));
  const apps = new Set(capabilities.flatMap(appsOfCapability).filter((app) => app !== id));
  const calls = [...apps].flatMap((app) =>
    ANY_ACTION_TYPE.filter((need) => hasCapability(capabilities, app, need)).map((need) => callPermission(app, need)),
  );
  return [...own, ...capabilities.filter((capability) => HOST.test(capability)), ...calls];
}

/** Whether code with these permissions may send requests to a host: `api.example.com`, with a port that is not the usual one. */
export function mayReach(permissions: ReadonlySet<string>, host: string): boolean {
  const names = host.split('.').map((_, index, parts) => (index ? `*.${parts.slice(index).join('.')}` : host));
  return names.some((name) => permissions.has(`http:${name}`));
}

/** The message, after the step's verb, for a step whose capability the app does not list; undefined if none is missing. */
export function findMissingCapability(step: ActionStep, app: Pick<IrApp, 'id' | 'capabilities'>): string | undefined {
  const { permission } = VERBS[step.op];
  if (permission)
    return !mustBeListed(permission) || isListed(app.capabilities, permission)
      ? undefined
      : `the app does not list the capability '${permission}'`;
  const app_id = String(step.args['app_id'] ?? app.id);
  if (step.op === 'respond' || app_id === app.id || permissionsOfStep(step, app).length > 0) return undefined;
  if (hasBinding(app_id)) return "the app lists no capability for another app, such as 'links:read'";
  return `the app lists no capability for '${app_id}': '${app_id}:read' or '${app_id}:write'`;
}

/** For steps, only capabilities for stored data and for the language model must be listed, as published apps do. */
const mustBeListed = (permission: string): boolean => /^(store|ai):/.test(permission);

/** Writing includes reading. */
function isListed(capabilities: readonly string[], permission: string): boolean {
  const [scope] = permission.split(':');
  const sufficient = ['*', `${scope}:*`, permission, ...(permission === 'store:read' ? ['store:write'] : [])];
  return capabilities.some((capability) => sufficient.includes(capability));
}

const isAction = (step: IrStep): step is ActionStep => step.op !== 'conditional';

function permissionsOfStep({ op, args }: ActionStep, { id, capabilities }: Pick<IrApp, 'id' | 'capabilities'>): string[] {
  const { permission } = VERBS[op];
  if (permission) return [permission];
  if (op === 'respond') return [];
  const app_id = String(args['app_id'] ?? id);
  if (app_id === id) return [];
  const apps = hasBinding(app_id) ? capabilities.flatMap(appsOfCapability).filter((app) => app !== id) : [app_id];
  return apps.flatMap((app) =>
    possibleActionTypes(app, String(args['function']))
      .filter((need) => hasCapability(capabilities, app, need))
      .map((need) => callPermission(app, need)),
  );
}

/** The action types that a function may have. Those of another developer's app are not known here and change with its releases. */
function possibleActionTypes(app_id: string, name: string): readonly string[] {
  const functions = builtins[app_id]?.functions;
  if (!functions || hasBinding(name)) return ANY_ACTION_TYPE;
  return Object.hasOwn(functions, name) ? [functions[name]!.action_type] : [];
}

/** The apps that a capability covers: `*` for all installed apps. */
function appsOfCapability(capability: string): string[] {
  const [scope = ''] = capability.split(':');
  if (scope === '*' || scope === 'extensions') return ['*'];
  return isAppId(scope) && (Object.hasOwn(builtins, scope) || !RESERVED_APP_IDS.has(scope)) ? [scope] : [];
}

/**
 * `notes:read`, `notes:write` and `notes:*` cover one app; `extensions:…` and `*` cover all installed apps, but no built-in extension,
 * which acts on the user's account.
 */
function hasCapability(capabilities: readonly string[], app_id: string, action_type: string): boolean {
  const need = action_type === 'read' ? 'read' : 'write';
  const scopes = Object.hasOwn(builtins, app_id) ? [app_id] : [app_id, 'extensions'];
  const sufficient = scopes.flatMap((scope) => [`${scope}:*`, `${scope}:${need}`]);
  return capabilities.some((capability) => sufficient.includes(capability) || (capability === '*' && scopes.length > 1));
}

const hasBinding = (text: string): boolean => findBindings(text).length > 0;
