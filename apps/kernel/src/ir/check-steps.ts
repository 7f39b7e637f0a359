import { didYouMean } from '@skep/contracts/authoring';
import { hasBinding, isBindingValue } from './check-bindings.js';
import type { Report } from './ir-fault.js';
import type { ActionStep, ConditionalStep, IrFunction, IrStep } from './ir.js';
import { isAppId, isFunctionName, isIdentifier, isUnsafeKey } from './names.js';
import { findArgFaults } from './verbs.js';

export function checkConditional(step: ConditionalStep, steps: IrStep[], report: Report): void {
  const ids = steps.map(({ id }) => id);
  for (const branch of ['then', 'else'] as const) {
    const target = step[branch];
    if (target != null && !ids.includes(target))
      report('unknown-step', `'${branch}' names the unknown step '${target}'${didYouMean(target, ids)}`, branch);
  }
  const { exists } = step.if;
  if (exists !== undefined && typeof exists !== 'boolean' && !isBindingValue(exists))
    report('invalid-condition', "'exists' must be true or false", 'if', 'exists');
}

export function checkAction({ op, args }: ActionStep, steps: IrStep[], report: Report): void {
  for (const { arg, missing, msg } of findArgFaults(op, args, isBindingValue))
    report(missing ? 'missing-argument' : 'invalid-argument', msg, 'args', ...(arg ? [arg] : []));
  const { output } = args;
  if (op !== 'ai.complete' || typeof output !== 'string') return;
  if (!isIdentifier(output) || isUnsafeKey(output)) report('invalid-name', `ai.complete: 'output' must be an identifier`, 'args', 'output');
  if (steps.some(({ id }) => id === output))
    report('duplicate-name', `ai.complete: 'output' must not be the id of a step`, 'args', 'output');
}

/** Checks the names of a `call` that are not bindings: they must be callable, and a function of this app must exist. */
export function checkCall({ args }: ActionStep, ownId: string, functions: IrFunction[], report: Report): void {
  const { function: name, app_id = ownId } = args;
  if (typeof app_id === 'string' && !hasBinding(app_id) && !isAppId(app_id))
    report('invalid-name', `call: '${app_id}' is not an app id: use letters, digits, '-' and '_'`, 'args', 'app_id');
  if (typeof name !== 'string' || hasBinding(name)) return;
  const names = functions.map((fn) => fn.name);
  if (!isFunctionName(name))
    report('invalid-name', `call: '${name}' is not a function name, or is reserved${didYouMean(name, names)}`, 'args', 'function');
  else if (app_id === ownId && !names.includes(name))
    report('unknown-function', `call: this app has no function '${name}'${didYouMean(name, names)}`, 'args', 'function');
}
