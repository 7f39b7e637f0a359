import addFormats from 'ajv-formats';
import { isObject, type Json, type JsonObject } from './ir.js';
import type { Refusal, Schema, Validation } from './validation.js';

/** Where a keyword stands, and to which part of the value it is applied. */
interface At {
  validation: Validation;
  schema: JsonObject;
  keyword: string;
  place: Refusal['place'];
  /** The keys and indices of the value that the schema has evaluated so far, where one asks for them. */
  evaluated: Set<string | number> | undefined;
}
type Rule = (at: At, value: Json, given: Json) => Refusal | undefined;
type Schemas = Record<string, Schema>;

/** Formats of ajv-formats whose expressions run in linear time; any other one is accepted and, as in plain JSON Schema, means nothing. */
const FORMATS = new Map(
  (
    ['date', 'time', 'date-time', 'duration', 'uri', 'uri-reference', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid', 'json-pointer'] as const
  ).map((name) => [name as string, expressionOf(addFormats.default.get(name, 'fast'))]),
);

function expressionOf(format: ReturnType<typeof addFormats.default.get>): RegExp {
  const expression = typeof format === 'object' && 'validate' in format ? format.validate : format;
  if (!(expression instanceof RegExp)) throw new Error('a format without an expression');
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

const refuse = ({ keyword, place }: Pick<At, 'keyword' | 'place'>, message: Refusal['message']): Refusal => ({ keyword, place, message });
const below = (above: At['place'], key: string | number) => ({ above, key });

/** A keyword that says something of values of one type alone. */
const forNumbers =
  (holds: (value: number, given: number) => boolean, words: string): Rule =>
  (at, value, given) =>
    typeof value !== 'number' || holds(value, given as number) ? undefined : refuse(at, `must be ${words} ${String(given)}`);
const forTexts =
  (check: (at: At, value: string, given: Json) => Refusal | undefined): Rule =>
  (at, value, given) =>
    typeof value === 'string' ? check(at, value, given) : undefined;
const forLists =
  (check: (at: At, value: Json[], given: Json) => Refusal | undefined): Rule =>
  (at, value, given) =>
    Array.isArray(value) ? check(at, value, given) : undefined;
const forObjects =
  (check: (at: At, value: JsonObject, given: Json) => Refusal | undefined): Rule =>
  (at, value, given) =>
    isObject(value) ? check(at, value as JsonObject, given) : undefined;

/** A character beyond U+FFFF takes two places of a text. */
function characters({ validation }: At, value: string): number {
  validation.read(value);
  return value.length - (value.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0);
}
const limit = (at: At, size: number, given: Json, things: string): Refusal | undefined => {
  const least = at.keyword.startsWith('min');
  if (least ? size >= Number(given) : size <= Number(given)) return undefined;
  return refuse(at, `must NOT have ${least ? 'fewer' : 'more'} than ${String(given)} ${things}`);
};
const length = forTexts((at, value, given) => limit(at, characters(at, value), given, 'characters'));
const items = forLists((at, value, given) => limit(at, value.length, given, 'items'));
const properties = forObjects((at, value, given) => limit(at, at.validation.keys(value).length, given, 'properties'));

function item({ validation, place, evaluated }: At, value: Json[], index: number, schema: Schema): Refusal | undefined {
  evaluated?.add(index);
  return validation.check(schema, value[index]!, below(place, index));
}

function itemsFrom(at: At, value: Json[], start: number, schema: Schema): Refusal | undefined {
  for (let index = start; index < value.length; index++) {
    const refusal = item(at, value, index, schema);
    if (refusal) return refusal;
  }
  return undefined;
}

function property({ validation, place, evaluated }: At, value: JsonObject, key: string, schema: Schema): Refusal | undefined {
  evaluated?.add(key);
  return validation.check(schema, value[key]!, below(place, key));
}

/** Checks the keys that no other keyword speaks of. */
function otherKeys(at: At, value: JsonObject, schema: Schema, isKnown: (key: string) => boolean): Refusal | undefined {
  for (const key of at.validation.keys(value)) {
    if (isKnown(key)) continue;
    if (schema === false) return refuse({ keyword: at.keyword, place: below(at.place, key) }, 'is not known');
    const refusal = property(at, value, key, schema);
    if (refusal) return refusal;
  }
  return undefined;
}

const same = ({ validation, place, evaluated }: At, value: Json, schema: Schema) => validation.check(schema, value, place, evaluated);

function required({ validation, place }: At, value: JsonObject, given: Json): Refusal | undefined {
  validation.loop((given as string[]).length);
  const missing = (given as string[]).find((key) => !Object.hasOwn(value, key));
  return missing === undefined ? undefined : { keyword: 'required', place: below(place, missing), message: 'is missing' };
}

const dependencies = forObjects((at, value, given) => {
  for (const key of at.validation.keys(given as Schemas)) {
    if (!Object.hasOwn(value, key)) continue;
    const then = (given as Record<string, Schema | string[]>)[key]!;
    const refusal = Array.isArray(then) ? required(at, value, then) : same(at, value, then);
    if (refusal) return refusal;
  }
  return undefined;
});

/** The first branch's fault tells most. As a fault of `anyOf` it does not say that a field is missing: another branch may do without. */
function branches(at: At, value: Json, given: Json): { fitting: number; fault: Refusal } {
  let fault: Refusal | undefined;
  let fitting = 0;
  for (const branch of given as Schema[]) {
    const refusal = same(at, value, branch);
    if (refusal) fault ??= refusal;
    else fitting++;
  }
  return { fitting, fault: fault?.keyword === 'required' ? { ...fault, keyword: at.keyword } : (fault ?? refuse(at, 'is not allowed')) };
}

const of = (schema: JsonObject, keyword: string): Schemas => (schema[keyword] ?? {}) as Schemas;
const has = (schema: JsonObject, keyword: string): boolean => Object.hasOwn(schema, keyword);

/** Every keyword that says something of a value, in the order in which they are checked. A schema has passed the metaschema before. */
export const RULES: Readonly<Record<string, Rule>> = {
  type: (at, value, given) => {
    const types = [given].flat() as string[];
    if (types.some((type) => TYPES[type]!(value)) || (value === null && at.schema['nullable'] === true)) return undefined;
    return refuse(at, `must be ${types.join()}`);
  },
  const: (at, value, given) => (at.validation.equal(value, given) ? undefined : refuse(at, 'must be equal to constant')),
  enum: (at, value, given) =>
    (given as Json[]).some((one) => at.validation.equal(value, one))
      ? undefined
      : refuse(at, () => `must be one of ${JSON.stringify(given).slice(1, -1)}`),

  minimum: forNumbers((value, given) => value >= given, '>='),
  maximum: forNumbers((value, given) => value <= given, '<='),
  exclusiveMinimum: forNumbers((value, given) => value > given, '>'),
  exclusiveMaximum: forNumbers((value, given) => value < given, '<'),
  multipleOf: forNumbers((value, given) => Number.isInteger(value / given), 'multiple of'),

  minLength: length,
  maxLength: length,
  pattern: forTexts((at, value, given) =>
    at.validation.matches(given as string, value) ? undefined : refuse(at, `must match pattern "${given as string}"`),
  ),
  format: forTexts((at, value, given) => {
    at.validation.read(value);
    return FORMATS.get(given as string)?.test(value) === false ? refuse(at, `must match format "${given as string}"`) : undefined;
  }),

  minItems: items,
  maxItems: items,
  uniqueItems: forLists(({ validation, ...at }, value, given) => {
    if (given !== true) return undefined;
    const different = new Set(value.map((each) => validation.canonical(each)));
    return different.size === value.length ? undefined : refuse(at, 'must not have duplicate items');
  }),
  prefixItems: forLists((at, value, given) => {
    for (const [index, schema] of (given as Schema[]).slice(0, value.length).entries()) {
      const refusal = item(at, value, index, schema);
      if (refusal) return refusal;
    }
    return undefined;
  }),
  items: forLists((at, value, given) => {
    const prefix = has(at.schema, 'prefixItems') ? (at.schema['prefixItems'] as Schema[]).length : 0;
    if (given === false && value.length > prefix) return refuse(at, `must NOT have more than ${prefix} items`);
    return itemsFrom(at, value, prefix, given as Schema);
  }),
  contains: forLists((at, value, given) => {
    const { minContains = 1, maxContains = Infinity } = at.schema as { minContains?: number; maxContains?: number };
    let count = 0;
    for (const [index, each] of value.entries()) {
      if (at.validation.check(given as Schema, each, at.place)) continue;
      at.evaluated?.add(index);
      count++;
    }
    if (count >= minContains && count <= maxContains) return undefined;
    return refuse(at, `must contain at ${count < minContains ? `least ${minContains}` : `most ${maxContains}`} valid item(s)`);
  }),

  minProperties: properties,
  maxProperties: properties,
  required: forObjects(required),
  dependentRequired: dependencies,
  dependentSchemas: dependencies,
  dependencies,
  propertyNames: forObjects((at, value, given) => {
    for (const key of at.validation.keys(value)) {
      const refusal = at.validation.check(given as Schema, key, below(at.place, key));
      if (refusal) return refuse({ keyword: at.keyword, place: below(at.place, key) }, 'is not an allowed name');
    }
    return undefined;
  }),
  properties: forObjects((at, value, given) => {
    for (const key of at.validation.keys(given as Schemas)) {
      const refusal = Object.hasOwn(value, key) ? property(at, value, key, (given as Schemas)[key]!) : undefined;
      if (refusal) return refusal;
    }
    return undefined;
  }),
  patternProperties: forObjects((at, value, given) => {
    for (const pattern of at.validation.keys(given as Schemas))
      for (const key of at.validation.keys(value)) {
        const refusal = at.validation.matches(pattern, key) ? property(at, value, key, (given as Schemas)[pattern]!) : undefined;
        if (refusal) return refusal;
      }
    return undefined;
  }),
  additionalProperties: forObjects((at, value, given) => {
    const named = of(at.schema, 'properties');
    const patterns = at.validation.keys(of(at.schema, 'patternProperties'));
    const isKnown = (key: string) => Object.hasOwn(named, key) || patterns.some((pattern) => at.validation.matches(pattern, key));
    return otherKeys(at, value, given as Schema, isKnown);
  }),

  $ref: (at, value, given) => same(at, value, at.validation.referenced(given as string)),
  not: (at, value, given) => (at.validation.check(given as Schema, value, at.place) ? undefined : refuse(at, 'must NOT be valid')),
  allOf: (at, value, given) => {
    for (const part of given as Schema[]) {
      const refusal = same(at, value, part);
      if (refusal) return refusal;
    }
    return undefined;
  },
  anyOf: (at, value, given) => {
    const { fitting, fault } = branches(at, value, given);
    return fitting ? undefined : fault;
  },
  oneOf: (at, value, given) => {
    const { fitting, fault } = branches(at, value, given);
    if (fitting === 1) return undefined;
    return fitting ? refuse(at, 'must match exactly one schema in oneOf') : fault;
  },
  if: (at, value, given) => {
    const branch = same(at, value, given as Schema) ? 'else' : 'then';
    return has(at.schema, branch) ? same(at, value, at.schema[branch] as Schema) : undefined;
  },

  unevaluatedItems: forLists((at, value, given) => {
    for (let index = 0; index < value.length; index++) {
      at.validation.loop(1);
      if (at.evaluated!.has(index)) continue;
      const refusal = given === false ? refuse(at, 'must NOT have unevaluated items') : item(at, value, index, given as Schema);
      if (refusal) return refusal;
    }
    return undefined;
  }),
  unevaluatedProperties: forObjects((at, value, given) => otherKeys(at, value, given as Schema, (key) => at.evaluated!.has(key))),
};

const ORDER = new Map(Object.keys(RULES).map((keyword, place) => [keyword, place]));
const known = new WeakMap<JsonObject, string[]>();

/** The keywords of a schema that say something, in order. */
export function keywordsOf(schema: JsonObject): string[] {
  let keywords = known.get(schema);
  if (!keywords) {
    keywords = Object.keys(schema)
      .filter((key) => ORDER.has(key))
      .sort((a, b) => ORDER.get(a)! - ORDER.get(b)!);
    known.set(schema, keywords);
  }
  return keywords;
}
