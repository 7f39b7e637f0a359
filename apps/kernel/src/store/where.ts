import { isObject, type Json, type JsonObject } from '../ir/ir.js';

/** One condition on a top-level field of a document. */
export interface Condition {
  field: string;
  op: Operator;
  value: Json;
}

const isComparable = (value: Json) => typeof value === 'string' || typeof value === 'number';
const COMPARABLE = { accepts: isComparable, expected: 'a number or a text' };
const ANY = { accepts: () => true, expected: 'a value' };

/** What the operand of each operator must be. */
const OPERATORS = {
  $eq: ANY,
  $ne: ANY,
  $gt: COMPARABLE,
  $gte: COMPARABLE,
  $lt: COMPARABLE,
  $lte: COMPARABLE,
  $in: { accepts: (value: Json) => Array.isArray(value) && value.length <= 100, expected: 'a list of at most 100 values' },
  $exists: { accepts: (value: Json) => typeof value === 'boolean', expected: 'true or false' },
  $contains: ANY,
};
type Operator = keyof typeof OPERATORS;

const CONDITIONS_MAX = 50;

/** What is wrong with a `where`, and at which field. */
export class WhereFault extends Error {
  constructor(
    readonly path: string[],
    message: string,
  ) {
    super(message);
  }
}

/** Reads the conditions of a `where`: for each field a value to equal, or an object of operators. @throws WhereFault */
export function readWhere(where: JsonObject): Condition[] {
  const conditions = Object.entries(where).flatMap(([field, value]) => readField(field, value));
  if (conditions.length > CONDITIONS_MAX) throw new WhereFault([], `must have at most ${CONDITIONS_MAX} conditions`);
  return conditions;
}

function readField(field: string, value: Json): Condition[] {
  if (field.startsWith('$')) throw new WhereFault([field], 'must be the name of a field');
  if (!isObject(value) || !Object.keys(value).some((key) => key.startsWith('$'))) return [{ field, op: '$eq', value }];
  return Object.entries(value).map(([op, operand]) => {
    if (!isOperator(op)) throw new WhereFault([field, op], `is not an operator: use ${Object.keys(OPERATORS).join(', ')}`);
    const { accepts, expected } = OPERATORS[op];
    if (!accepts(operand)) throw new WhereFault([field, op], `must be ${expected}`);
    return { field, op, value: operand };
  });
}

const isOperator = (op: string): op is Operator => Object.hasOwn(OPERATORS, op);

/** Whether a found value meets one condition. Texts and numbers are compared with their like only. A missing field equals nothing, not even null. */
function meets(op: string, found: string, wanted: string): string {
  const compare = (operator: string) => `jsonb_typeof(${found}) = jsonb_typeof(${wanted}) and ${found} ${operator} ${wanted}`;
  const contains = (list: string, member: string) =>
    `exists (select from jsonb_array_elements(${list}) each(member) where member = ${member})`;
  return `(case ${op}
    when '$eq' then ${found} = ${wanted}
    when '$ne' then ${found} is distinct from ${wanted}
    when '$gt' then ${compare('>')}
    when '$gte' then ${compare('>=')}
    when '$lt' then ${compare('<')}
    when '$lte' then ${compare('<=')}
    when '$in' then ${contains(wanted, found)}
    when '$exists' then (${found} is not null) = (${wanted})::boolean
    when '$contains' then case jsonb_typeof(${found})
      when 'string' then jsonb_typeof(${wanted}) = 'string' and strpos(${found} #>> '{}', ${wanted} #>> '{}') > 0
      when 'array' then ${contains(found, wanted)}
    end
  end) is true`;
}

/** The values of `MEETS_CONDITIONS`. */
export interface ConditionValues {
  op_0: string | null;
  field_0: string | null;
  value_0: string | null;
  op_1: string | null;
  field_1: string | null;
  value_1: string | null;
  /** All further ones, as JSON. */
  more: string | null;
}

const one = (i: 0 | 1) => `(:op_${i}::text is null or ${meets(`:op_${i}`, `(data -> :field_${i}::text)`, `(:value_${i}::jsonb)`)})`;
/** Whether the document meets all conditions. The first two, which most queries have at most, cost an eighth of a further one. */
export const MEETS_CONDITIONS = `(${one(0)} and ${one(1)} and (:more::jsonb is null or not exists (
  select from jsonb_to_recordset(:more) as condition(field text, op text, value jsonb),
       lateral (select data -> field as found, coalesce(value, 'null') as wanted) compared
   where not ${meets('op', 'found', 'wanted')})))`;

/** No conditions: every document meets them. */
export const NO_CONDITIONS: ConditionValues = toValues([]);

/** The conditions of a `where`. @throws WhereFault */
export const toConditions = (where: JsonObject | undefined): ConditionValues => toValues(where ? readWhere(where) : []);

function toValues([first, second, ...more]: Condition[]): ConditionValues {
  return {
    op_0: first?.op ?? null,
    field_0: first?.field ?? null,
    value_0: first ? JSON.stringify(first.value) : null,
    op_1: second?.op ?? null,
    field_1: second?.field ?? null,
    value_1: second ? JSON.stringify(second.value) : null,
    more: more.length ? JSON.stringify(more) : null,
  };
}
