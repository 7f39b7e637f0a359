import { isDeepStrictEqual } from 'node:util';
import { COMPARATORS, isObject, type Comparator, type IrCondition, type Json } from './ir.js';
import type { Meter } from './meter.js';
import { toNumber, toText } from './plain-json.js';
import { resolveBindings, type TemplateContext } from './template.js';

/** A comparator, as code and for people. */
interface Comparison {
  description: string;
  holds: (field: Json, operand: Json) => boolean;
}

/** The comparators by name. docs/apps/ir.md has them as a table. */
export const COMPARISONS: Record<Comparator, Comparison> = {
  eq: { description: 'both are the same text', holds: (field, operand) => toText(field) === toText(operand) },
  neq: { description: 'they are different texts', holds: (field, operand) => toText(field) !== toText(operand) },
  gt: {
    description: 'the field is the larger number; false if one of them is not a number',
    holds: (field, operand) => (toNumber(field) ?? NaN) > (toNumber(operand) ?? NaN),
  },
  lt: {
    description: 'the field is the smaller number; false if one of them is not a number',
    holds: (field, operand) => (toNumber(field) ?? NaN) < (toNumber(operand) ?? NaN),
  },
  in: {
    description: 'the field contains the operand: as an element of its array, a part of its text, or a key of its object',
    holds: (field, operand) => {
      if (Array.isArray(field)) return field.some((item) => isDeepStrictEqual(item, operand));
      if (typeof field === 'string') return field.includes(toText(operand));
      return isObject(field) && Object.hasOwn(field, toText(operand));
    },
  },
  exists: {
    description: 'with `true`, the field is neither missing nor empty nor null; with `false`, it is',
    holds: (field, operand) => Boolean(operand) === (field !== '' && field !== null),
  },
};

/** Comparing an element of an array costs as much as writing this many bytes. */
const ITEM_COST_BYTES = 16;

/** Whether a condition is true. Both sides may be bindings. A condition without a comparator is false. */
export function evaluateCondition(condition: IrCondition, context: TemplateContext, meter: Meter): boolean {
  const comparator = COMPARATORS.find((name) => Object.hasOwn(condition, name));
  if (!comparator) return false;
  const field = resolveBindings(condition.field ?? '', context, meter);
  if (Array.isArray(field)) meter.spend(field.length * ITEM_COST_BYTES);
  return COMPARISONS[comparator].holds(field, resolveBindings(condition[comparator] ?? null, context, meter));
}
