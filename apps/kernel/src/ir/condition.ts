import { isDeepStrictEqual } from 'node:util';
import { COMPARATORS, isObject, type Comparator, type IrCondition, type Json } from './ir.js';
import type { Meter } from './meter.js';
import { toNumber, toText } from './plain-json.js';
import { resolveBindings, type TemplateContext } from './template.js';

/** The comparators, as `COMPARISONS` describes them. */
const HOLDS: Record<Comparator, (field: Json, operand: Json) => boolean> = {
  eq: (field, operand) => toText(field) === toText(operand),
  neq: (field, operand) => toText(field) !== toText(operand),
  gt: (field, operand) => (toNumber(field) ?? NaN) > (toNumber(operand) ?? NaN),
  lt: (field, operand) => (toNumber(field) ?? NaN) < (toNumber(operand) ?? NaN),
  in: (field, operand) => {
    if (Array.isArray(field)) return field.some((item) => isDeepStrictEqual(item, operand));
    if (typeof field === 'string') return field.includes(toText(operand));
    return isObject(field) && Object.hasOwn(field, toText(operand));
  },
  exists: (field, operand) => Boolean(operand) === (field !== '' && field !== null),
};

/** Comparing an element of an array costs as much as writing this many bytes. */
const ITEM_COST_BYTES = 16;

/** Whether a condition is true. Both sides may be bindings. A condition without a comparator is false. */
export function evaluateCondition(condition: IrCondition, context: TemplateContext, meter: Meter): boolean {
  const comparator = COMPARATORS.find((name) => Object.hasOwn(condition, name));
  if (!comparator) return false;
  const field = resolveBindings(condition.field ?? '', context, meter);
  if (Array.isArray(field)) meter.spend(field.length * ITEM_COST_BYTES);
  return HOLDS[comparator](field, resolveBindings(condition[comparator] ?? null, context, meter));
}
