import { callPermission, type Effect, EFFECTS, isHeld } from '@skep/contracts';
import { IrError } from '../ir/ir-error.js';
import type { App } from './apps.js';

/** @throws IrError `PERMISSION_DENIED` where `caller` may not call the function of another app. */
export function mustBePermitted(caller: App, { id, functions }: App, name: string): void {
  const fn = functions.get(name);
  const permission = callPermission(id, fn?.action_type ?? null);
  if (!isHeld(caller.permissions, permission))
    throw new IrError('PERMISSION_DENIED', `'${caller.id}' may not call '${name}' of '${id}': it lacks the permission '${permission}'`);
  if (fn && 'effect' in fn && fn.effect) throw needsConfirmation(id, name, fn.effect);
}

/** Why an app cannot do for a person what they have not confirmed. */
export const needsConfirmation = (app_id: string, name: string, effect: Effect): IrError =>
  new IrError(
    'PERMISSION_DENIED',
    `'${name}' of '${app_id}' ${EFFECTS[effect]} through another app; this needs a confirmation, which is not available yet`,
  );
