import type { ConfirmationKind, Settings } from '@skep/contracts/kernel';
import type { ResolvedApp } from '../call/app-resolver.js';

type Fn = ResolvedApp['functions'] extends ReadonlyMap<string, infer F> ? F : never;

/** From harmless to final. */
export const ACTION_TYPES = ['read', 'write', 'destructive'] as const;
export type ActionType = (typeof ACTION_TYPES)[number];

/** A function that does not say what it does counts as a write. */
export const actionTypeOf = (fn: Fn): ActionType => fn.action_type ?? 'write';

export const affectsMoney = (fn: Fn): boolean => 'effect' in fn && fn.effect === 'money';

/** Why a call that is more than a read waits for its user; undefined if it does not. */
export function confirmationFor(settings: Settings, app_id: string, name: string, fn: Fn): ConfirmationKind | undefined {
  if (affectsMoney(fn)) return 'panel_approval_required';
  const { confirmation_enabled, confirmation_actions, confirmation_overrides } = settings;
  if (!confirmation_enabled) return undefined;
  const exception = [`${app_id}/${name}`, app_id].find((key) => Object.hasOwn(confirmation_overrides, key));
  const asks = exception === undefined ? confirmation_actions[actionTypeOf(fn)] : confirmation_overrides[exception];
  return asks ? 'confirmation' : undefined;
}
