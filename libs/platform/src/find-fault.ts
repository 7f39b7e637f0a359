import type { Fault } from '@skep/contracts';

/** What is wrong with one value, wherever it is. */
type Wrong = Pick<Fault, 'msg' | 'type'>;

/**
 * The first fault that `look` finds in a JSON value: in its keys, where `loc` names the object, and in its values. `loc` is put
 * together on the way back: for every value that is looked at it would take much longer than looking.
 */
export function findFault(value: unknown, look: (value: unknown) => Wrong | undefined): Fault | undefined {
  const wrong = look(value);
  if (wrong) return { loc: [], ...wrong };
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const wrongKey = look(key);
    if (wrongKey) return { loc: [], ...wrongKey };
    const fault = findFault(item, look);
    if (fault) return { ...fault, loc: [Array.isArray(value) ? Number(key) : key, ...fault.loc] };
  }
  return undefined;
}
