import addFormats from 'ajv-formats';
import { isObject, type Json, type JsonObject } from './ir.js';
import type { SchemaValidation, ValuePath, Violation } from './schema-validation.js';

/** One keyword of a schema, applied to one part of the value. */
export interface KeywordContext {
  validation: SchemaValidation;
  schema: JsonObject;
  keyword: string;
  path: ValuePath | undefined;
  /** The keys and indices of the value that the schema has evaluated so far; undefined if no `unevaluated…` keyword needs them. */
  evaluated: Set<string | number> | undefined;
}
/** Checks a value. `expected` is the keyword's own value. */
export type KeywordRule = (context: KeywordContext, value: Json, expected: Json) => Violation | undefined;

/** The formats of ajv-formats whose expressions run in linear time. Any other format is accepted and, as in plain JSON Schema, ignored. */
const FORMATS = new Map(
  (
    ['date', 'time', 'date-time', 'duration', 'uri', 'uri-reference', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid', 'json-pointer'] as const
  ).map((name) => [name as string, regExpOf(addFormats.default.get(name, 'fast'))]),
);

function regExpOf(format: ReturnType<typeof addFormats.default.get>): RegExp {
  const expression = typeof format === 'object' && 'validate' in format ? format.validate : format;
  if (!(expression instanceof RegExp)) throw new Error('ajv-formats has no regular expression for a format');
  return expression;
}

const TYPES: Record<string, (value: Json) => boolean> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: (value) => Array.isArray(value),
  object: (value) => isObject(value),
};

export const createViolation = ({ keyword, path }: Pick<KeywordContext, 'keyword' | 'path'>, message: Violation['message']): Violation => ({
  keyword,
  path,
  message,
});
export const childPath = (parent: KeywordContext['path'], key: string | number) => ({ parent, key });

// Rules for keywords that apply to values of one type only.
const forNumbers =
  (isValid: (value: number, expected: number) => boolean, description: string): KeywordRule =>
  (context, value, expected) =>
    typeof value !== 'number' || isValid(value, expected as number)
      ? undefined
      : createViolation(context, `must be ${description} ${String(expected)}`);
const forStrings =
  (check: (context: KeywordContext, value: string, expected: Json) => Violation | undefined): KeywordRule =>
  (context, value, expected) =>
    typeof value === 'string' ? check(context, value, expected) : undefined;
export const forArrays =
  (check: (context: KeywordContext, value: Json[], expected: Json) => Violation | undefined): KeywordRule =>
  (context, value, expected) =>
    Array.isArray(value) ? check(context, value, expected) : undefined;
export const forObjects =
  (check: (context: KeywordContext, value: JsonObject, expected: Json) => Violation | undefined): KeywordRule =>
  (context, value, expected) =>
    isObject(value) ? check(context, value as JsonObject, expected) : undefined;

/** Counts code points: a character beyond U+FFFF has two UTF-16 units. */
function countCharacters({ validation }: KeywordContext, value: string): number {
  validation.spendOnText(value);
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
const checkLimit = (context: KeywordContext, size: number, expected: Json, unit: string): Violation | undefined => {
  const least = context.keyword.startsWith('min');
  if (least ? size >= Number(expected) : size <= Number(expected)) return undefined;
  return createViolation(context, `must NOT have ${least ? 'fewer' : 'more'} than ${String(expected)} ${unit}`);
};
const checkLength = forStrings((context, value, expected) => checkLimit(context, countCharacters(context, value), expected, 'characters'));
const checkItemCount = forArrays((context, value, expected) => checkLimit(context, value.length, expected, 'items'));
const checkPropertyCount = forObjects((context, value, expected) =>
  checkLimit(context, context.validation.keysOf(value).length, expected, 'properties'),
);

export function checkRequired({ validation, path }: KeywordContext, value: JsonObject, expected: Json): Violation | undefined {
  validation.spendOnLoop((expected as string[]).length);
  const missing = (expected as string[]).find((key) => !Object.hasOwn(value, key));
  return missing === undefined ? undefined : { keyword: 'required', path: childPath(path, missing), message: 'is missing' };
}

/** The rules of the keywords that check the value itself, without another schema. */
export const ASSERTIONS: Readonly<Record<string, KeywordRule>> = {
  type: (context, value, expected) => {
    const types = [expected].flat() as string[];
    if (types.some((type) => TYPES[type]!(value)) || (value === null && context.schema['nullable'] === true)) return undefined;
    return createViolation(context, `must be ${types.join()}`);
  },
  const: (context, value, expected) =>
    context.validation.isEqual(value, expected) ? undefined : createViolation(context, 'must be equal to constant'),
  enum: (context, value, expected) =>
    (expected as Json[]).some((one) => context.validation.isEqual(value, one))
      ? undefined
      : createViolation(context, () => `must be one of ${JSON.stringify(expected).slice(1, -1)}`),

  minimum: forNumbers((value, expected) => value >= expected, '>='),
  maximum: forNumbers((value, expected) => value <= expected, '<='),
  exclusiveMinimum: forNumbers((value, expected) => value > expected, '>'),
  exclusiveMaximum: forNumbers((value, expected) => value < expected, '<'),
  multipleOf: forNumbers((value, expected) => Number.isInteger(value / expected), 'multiple of'),

  minLength: checkLength,
  maxLength: checkLength,
  pattern: forStrings((context, value, expected) =>
    context.validation.matches(expected as string, value)
      ? undefined
      : createViolation(context, `must match pattern "${expected as string}"`),
  ),
  format: forStrings((context, value, expected) => {
    context.validation.spendOnText(value);
    return FORMATS.get(expected as string)?.test(value) === false
      ? createViolation(context, `must match format "${expected as string}"`)
      : undefined;
  }),

  minItems: checkItemCount,
  maxItems: checkItemCount,
  uniqueItems: forArrays(({ validation, ...context }, value, expected) => {
    if (expected !== true) return undefined;
    const different = new Set(value.map((each) => validation.toCanonicalText(each)));
    return different.size === value.length ? undefined : createViolation(context, 'must not have duplicate items');
  }),

  minProperties: checkPropertyCount,
  maxProperties: checkPropertyCount,
  required: forObjects(checkRequired),
};
