import type { Fault } from '@skep/contracts';

type Loc = (string | number)[];

/** The first fault that `look` finds in a JSON value: in its keys, where `loc` names the object, and in its values. */
export function faultIn(value: unknown, look: (value: unknown, loc: Loc) => Fault | undefined, loc: Loc = []): Fault | undefined {
  const fault = look(value, loc);
  if (fault || typeof value !== 'object' || value === null) return fault;
  for (const [key, item] of Object.entries(value)) {
    const at = [...loc, Array.isArray(value) ? Number(key) : key];
    const found = look(key, loc) ?? faultIn(item, look, at);
    if (found) return found;
  }
  return undefined;
}
