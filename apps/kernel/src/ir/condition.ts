import { isDeepStrictEqual } from 'node:util';
import { COMPARATORS, isObject, type Comparator, type IrCondition, type Json } from './ir.js';
import type { Meter } from './meter.js';
import { toNumber, toText } from './plain-json.js';
import { resolveBindings, type TemplateContext } from './template.js';

/**
 * - `eq`, `neq` compare as text.
 * - `gt`, `lt` compare as numbers; false when either side is not one.
 * - `in`: the given value is an element of the field's array, a substring of its string, or a key of its object.
 * - `exists`: a field that is missing, '' or null does not exist; `exists: false` is true for such a field.
 */
const COMPARISONS: Record<Comparator, (field: Json, given: Json) => boolean> = {
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

/** Comparing an element of an array costs as much as writing this many bytes. */
const ITEM_COST_BYTES = 16;

/** Whether a condition is true. Both sides may be bindings. A condition without a comparator is false. */
export function evaluateCondition(condition: IrCondition, context: TemplateContext, meter: Meter): boolean {
  const comparator = COMPARATORS.find((name) => Object.hasOwn(condition, name));
  if (!comparator) return false;
  const field = resolveBindings(condition.field ?? '', context, meter);
  if (Array.isArray(field)) meter.spend(field.length * ITEM_COST_BYTES);
  return COMPARISONS[comparator](field, resolveBindings(condition[comparator] ?? null, context, meter));
}
