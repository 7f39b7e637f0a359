import { isDeepStrictEqual } from 'node:util';
import { COMPARATORS, isObject, type Comparator, type IrCondition, type Json } from './ir.js';
import type { Meter } from './meter.js';
import { toNumber, toText } from './plain-json.js';
import { resolve, type Context } from './template.js';

/**
 * - `eq`, `neq` compare as text.
 * - `gt`, `lt` compare as numbers; false when either side is not one.
 * - `in`: the given value is an element of the field's list, a part of its text, or a key of its object.
 * - `exists`: missing, '' and null are absent; `exists: false` asks for absence.
 */
const COMPARE: Record<Comparator, (field: Json, given: Json) => boolean> = {
  eq: (field, given) => toText(field) === toText(given),
  neq: (field, given) => toText(field) !== toText(given),
  gt: (field, given) => (toNumber(field) ?? NaN) > (toNumber(given) ?? NaN),
  lt: (field, given) => (toNumber(field) ?? NaN) < (toNumber(given) ?? NaN),
  in: (field, given) => {
    if (Array.isArray(field)) return field.some((item) => isDeepStrictEqual(item, given));
    if (typeof field === 'string') return field.includes(toText(given));
    return isObject(field) && Object.hasOwn(field, toText(given));
  },
  exists: (field, given) => Boolean(given) === (field !== '' && field !== null),
};

/** What an item of a list counts for: to compare one takes as long as to write so many bytes. */
const ITEM_BYTES = 16;

/** Whether a condition holds. Both sides may be bindings. A condition without a comparator never holds. */
export function holds(condition: IrCondition, context: Context, meter: Meter): boolean {
  const comparator = COMPARATORS.find((name) => Object.hasOwn(condition, name));
  if (!comparator) return false;
  const field = resolve(condition.field ?? '', context, meter);
  if (Array.isArray(field)) meter.spend(field.length * ITEM_BYTES);
  return COMPARE[comparator](field, resolve(condition[comparator] ?? null, context, meter));
}
