import { builtins, callPermission, isHeld, RESERVED_APP_IDS } from '@skep/contracts';
import type { ActionStep, IrApp, IrStep } from './ir.js';
import { isAppId } from './names.js';
import { bindingsOf } from './template.js';
import { VERBS } from './verbs.js';

const NEEDS = ['read', 'write'];

/**
 * What a release can do at the most, sorted: what its steps do, and of other apps' functions those that it both calls somewhere and
 * has a capability for. Where a binding chooses the app, each capability counts.
 */
export function permissionsOf(app: Pick<IrApp, 'id' | 'capabilities' | 'functions' | 'skeleton'>): string[] {
  const impls = [...app.functions.map(({ impl }) => impl), ...(app.skeleton ?? []).map(({ producer }) => producer)];
  const ids = new Set(impls.flatMap(({ steps }) => steps.filter(isAction).flatMap((step) => permissionsOfStep(step, app))));
  const within = (id: string) => isHeld(new Set([...ids].filter((other) => other !== id)), id);
  return [...ids].filter((id) => !within(id)).sort();
}

/** What a step needs a capability for and the app lists none, in words that follow the step's verb. */
export function lackOf(step: ActionStep, app: Pick<IrApp, 'id' | 'capabilities'>): string | undefined {
  const { permission } = VERBS[step.op];
  if (permission) return isListed(app.capabilities, permission) ? undefined : `the app does not list the capability '${permission}'`;
  const app_id = String(step.args['app_id'] ?? app.id);
  if (app_id === app.id || permissionsOfStep(step, app).length > 0) return undefined;
  if (isBound(app_id)) return "the app lists no capability for another app, such as 'links:read'";
  if (Object.hasOwn(builtins, app_id) && needsOf(app_id, String(step.args['function'])).length === 0)
    return `'${app_id}' has no function '${String(step.args['function'])}'`;
  return `the app lists no capability for '${app_id}': '${app_id}:read' or '${app_id}:write'`;
}

/** Only what reaches stored data or a paid service needs listing, as published apps do it; writing includes reading. */
function isListed(capabilities: readonly string[], permission: string): boolean {
  const [scope] = permission.split(':');
  if (scope !== 'store' && scope !== 'ai') return true;
  const sufficient = ['*', `${scope}:*`, permission, ...(permission === 'store:read' ? ['store:write'] : [])];
  return capabilities.some((capability) => sufficient.includes(capability));
}

const isAction = (step: IrStep): step is ActionStep => step.op !== 'conditional';

function permissionsOfStep({ op, args }: ActionStep, { id, capabilities }: Pick<IrApp, 'id' | 'capabilities'>): string[] {
  const { permission } = VERBS[op];
  if (permission) return [permission];
  const app_id = String(args['app_id'] ?? id);
  if (app_id === id) return [];
  const apps = isBound(app_id) ? capabilities.flatMap(appsOf).filter((app) => app !== id) : [app_id];
  return apps.flatMap((app) =>
    needsOf(app, String(args['function']))
      .filter((need) => isCapable(capabilities, app, need))
      .map((need) => callPermission(app, need)),
  );
}

/** What a function may turn out to be. Of another developer's app that is not known here, and changes with its releases. */
function needsOf(app_id: string, name: string): readonly string[] {
  const functions = builtins[app_id]?.functions;
  if (!functions || isBound(name)) return NEEDS;
  return Object.hasOwn(functions, name) ? [functions[name]!.action_type] : [];
}

/** The apps that a capability is about: `*` for all that are installed. */
function appsOf(capability: string): string[] {
  const [scope = ''] = capability.split(':');
  if (scope === '*' || scope === 'extensions') return ['*'];
  return isAppId(scope) && (Object.hasOwn(builtins, scope) || !RESERVED_APP_IDS.has(scope)) ? [scope] : [];
}

/**
 * `notes:read`, `notes:write` and `notes:*` are about one app; `extensions:…` and `*` about all that are installed, though never about
 * a built-in extension, which acts on the person's account.
 */
function isCapable(capabilities: readonly string[], app_id: string, action_type: string): boolean {
  const need = action_type === 'read' ? 'read' : 'write';
  const scopes = Object.hasOwn(builtins, app_id) ? [app_id] : [app_id, 'extensions'];
  const sufficient = scopes.flatMap((scope) => [`${scope}:*`, `${scope}:${need}`]);
  return capabilities.some((capability) => sufficient.includes(capability) || (capability === '*' && scopes.length > 1));
}

const isBound = (text: string): boolean => bindingsOf(text).length > 0;
