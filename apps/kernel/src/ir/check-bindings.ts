import { didYouMean, type FaultCode, nearestOf } from '@skep/contracts/authoring';
import type { IrError } from './ir-error.js';
import type { Report } from './ir-fault.js';
import type { Json } from './ir.js';
import { isUnsafeKey } from './names.js';
import { type Binding, findBindings, findStrings, findUnclosedBinding, isWholeBinding, ROOTS } from './template.js';

type BindingFault = [code: FaultCode, msg: string];

/** What is wrong with the first words of a binding. @param known the ids of steps, and the other names of their results */
export function findRootFault({ text, path }: Binding, known: ReadonlySet<string>): BindingFault | undefined {
  const [root = '', step] = path;
  if (!ROOTS.some((name) => name === root))
    return ['unknown-root', `the binding '${text}' must begin with one of ${ROOTS.join(', ')}${proposeRoot(path, known)}`];
  if (root === 'steps' && step !== undefined && !known.has(step))
    return ['unknown-step', `the binding '${text}' names the unknown step '${step}'${didYouMean(step, known)}`];
  return undefined;
}

function proposeRoot([first = '', ...rest]: string[], known: ReadonlySet<string>): string {
  const near = nearestOf(first, ROOTS);
  const root = known.has(first) ? `steps.${first}` : (near ?? (rest.length ? undefined : `event.${first}`));
  return root === undefined ? '' : `; did you mean '{{${[root, ...rest].join('.')}}}'?`;
}

/** Reports the faults of all bindings in a value. */
export function checkBindings(value: unknown, report: Report, findFault: (binding: Binding) => BindingFault | undefined): void {
  for (const { text, loc } of findStrings(value)) {
    const unclosed = findUnclosedBinding(text);
    if (unclosed) report('unclosed-binding', `the binding '${unclosed}' is not closed: add }}`, ...loc);
    try {
      for (const binding of findBindings(text)) {
        const unsafe = binding.path.find(isUnsafeKey);
        const fault: BindingFault | undefined = unsafe
          ? ['invalid-binding', `the binding '${binding.text}' must not contain '${unsafe}'`]
          : findFault(binding);
        if (fault) report(...fault, ...loc);
      }
    } catch (error) {
      report('invalid-binding', (error as IrError).message, ...loc);
    }
  }
}

export const isBindingValue = (value: Json): boolean => typeof value === 'string' && isWholeBindingText(value);
export const isWholeBindingText = (text: string): boolean => trueOnError(() => isWholeBinding(text));
export const hasBinding = (text: string): boolean => trueOnError(() => findBindings(text).length > 0);

/** Counts an unknown filter as a binding: `checkBindings` reports it. */
function trueOnError(test: () => boolean): boolean {
  try {
    return test();
  } catch {
    return true;
  }
}
