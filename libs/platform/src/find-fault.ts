import type { Fault } from '@skep/contracts';

/** A fault without its location. */
type ValueFault = Pick<Fault, 'msg' | 'type'>;

/**
 * Returns the first fault that `check` finds in the keys and values of a JSON value; for a key, `loc` names its object. `loc` is built
 * on the way back, only when there is a fault: to build it for every value takes much longer than the checks.
 */
export function findFault(value: unknown, check: (value: unknown) => ValueFault | undefined): Fault | undefined {
  const valueFault = check(value);
  if (valueFault) return { loc: [], ...valueFault };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const keyFault = check(key);
    if (keyFault) return { loc: [], ...keyFault };
    const fault = findFault(item, check);
    if (fault) return { ...fault, loc: [Array.isArray(value) ? Number(key) : key, ...fault.loc] };
  }
  return undefined;
}
