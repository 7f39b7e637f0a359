import { callPermission, type Effect, EFFECTS, isHeld } from '@skep/contracts/builtins';
import { holdsScope } from '@skep/contracts/auth';
import { IrError } from '../ir/ir-error.js';
import type { ResolvedApp } from './app-resolver.js';
import type { Call } from './call.js';
import type { Target } from './target.js';

/** @throws IrError `PERMISSION_DENIED` if the caller lacks the scope of a built-in function. */
export function authorize({ ctx }: Pick<Call, 'ctx'>, target: Target): void {
  if (target.kind === 'operation' && !holdsScope(ctx.scopes, target.fn.operation.scope))
    throw new IrError('PERMISSION_DENIED', `this requires the scope "${target.fn.operation.scope}"`);
}

/** @throws IrError `PERMISSION_DENIED` if the app `caller` may not call the function of another app. */
export function assertMayCall(caller: ResolvedApp, { id, functions }: ResolvedApp, name: string): void {
  const fn = functions.get(name);
  const permission = callPermission(id, fn?.action_type ?? null);
  if (!isHeld(caller.permissions, permission))
    throw new IrError('PERMISSION_DENIED', `'${caller.id}' may not call '${name}' of '${id}': it lacks the permission '${permission}'`);
  if (fn && 'effect' in fn && fn.effect) throw confirmationRequired(id, name, fn.effect);
}

const HOW_TO_CONFIRM = 'this needs your confirmation, which a step cannot ask for: call it yourself';

/** The error for an effect that only a call of the user's own may have. */
export const confirmationRequired = (app_id: string, name: string, effect: Effect): IrError =>
  new IrError('PERMISSION_DENIED', `'${name}' of '${app_id}' ${EFFECTS[effect]} through another app; ${HOW_TO_CONFIRM}`);

/** The error for an automation's call that would change what its user pays. */
export const needsUser = (app_id: string, name: string): IrError =>
  new IrError('PERMISSION_DENIED', `'${name}' of '${app_id}' ${EFFECTS.money}, which an automation may not change: call it yourself`);

/** The error for a step's call that the user's settings ask about. */
export const stepNeedsConfirmation = (app_id: string, name: string): IrError =>
  new IrError('PERMISSION_DENIED', `'${name}' of '${app_id}': ${HOW_TO_CONFIRM}`);
