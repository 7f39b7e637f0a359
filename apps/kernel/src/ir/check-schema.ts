import type { Json, JsonObject } from './ir.js';
import {
  ASSERTIONS,
  checkRequired,
  childPath,
  createViolation,
  forArrays,
  forObjects,
  type KeywordContext,
  type KeywordRule,
} from './schema-assertions.js';
import type { Schema, SchemaValidation, ValuePath, Violation } from './schema-validation.js';

type Schemas = Record<string, Schema>;

function checkItem({ validation, path, evaluated }: KeywordContext, value: Json[], index: number, schema: Schema): Violation | undefined {
  evaluated?.add(index);
  return checkSchema(validation, schema, value[index]!, childPath(path, index));
}

function checkItemsFrom(context: KeywordContext, value: Json[], start: number, schema: Schema): Violation | undefined {
  for (let index = start; index < value.length; index++) {
    const violation = checkItem(context, value, index, schema);
    if (violation) return violation;
  }
  return undefined;
}

function checkProperty(
  { validation, path, evaluated }: KeywordContext,
  value: JsonObject,
  key: string,
  schema: Schema,
): Violation | undefined {
  evaluated?.add(key);
  return checkSchema(validation, schema, value[key]!, childPath(path, key));
}

/** Checks the keys that no other keyword covers. */
function checkOtherKeys(
  context: KeywordContext,
  value: JsonObject,
  schema: Schema,
  isKnown: (key: string) => boolean,
): Violation | undefined {
  for (const key of context.validation.keysOf(value)) {
    if (isKnown(key)) continue;
    if (schema === false) return createViolation({ keyword: context.keyword, path: childPath(context.path, key) }, 'is not a known field');
    const violation = checkProperty(context, value, key, schema);
    if (violation) return violation;
  }
  return undefined;
}

const checkSameValue = ({ validation, path, evaluated }: KeywordContext, value: Json, schema: Schema) =>
  checkSchema(validation, schema, value, path, evaluated);

const dependencies = forObjects((context, value, expected) => {
  for (const key of context.validation.keysOf(expected as Schemas)) {
    if (!Object.hasOwn(value, key)) continue;
    const then = (expected as Record<string, Schema | string[]>)[key]!;
    const violation = Array.isArray(then) ? checkRequired(context, value, then) : checkSameValue(context, value, then);
    if (violation) return violation;
  }
  return undefined;
});

/**
 * Counts the branches that match, and reports the first branch's violation, which is the most useful one. A missing field is reported
 * as a violation of `anyOf` itself, because another branch may not require it.
 */
function checkBranches(context: KeywordContext, value: Json, expected: Json): { matching: number; violation: Violation } {
  let first: Violation | undefined;
  let matching = 0;
  for (const branch of expected as Schema[]) {
    const violation = checkSameValue(context, value, branch);
    if (violation) first ??= violation;
    else matching++;
  }
  const { keyword } = context;
  return {
    matching,
    violation: first?.keyword === 'required' ? { ...first, keyword } : (first ?? createViolation(context, 'is not allowed')),
  };
}

const schemasUnder = (schema: JsonObject, keyword: string): Schemas => (schema[keyword] ?? {}) as Schemas;
const has = (schema: JsonObject, keyword: string): boolean => Object.hasOwn(schema, keyword);

/** The rules of the keywords that apply other schemas to the value or to its parts. */
const APPLICATORS: Readonly<Record<string, KeywordRule>> = {
  prefixItems: forArrays((context, value, expected) => {
    for (const [index, schema] of (expected as Schema[]).slice(0, value.length).entries()) {
      const violation = checkItem(context, value, index, schema);
      if (violation) return violation;
    }
    return undefined;
  }),
  items: forArrays((context, value, expected) => {
    const prefix = has(context.schema, 'prefixItems') ? (context.schema['prefixItems'] as Schema[]).length : 0;
    if (expected === false && value.length > prefix) return createViolation(context, `must NOT have more than ${prefix} items`);
    return checkItemsFrom(context, value, prefix, expected as Schema);
  }),
  contains: forArrays((context, value, expected) => {
    const { minContains = 1, maxContains = Infinity } = context.schema as { minContains?: number; maxContains?: number };
    let count = 0;
    for (const [index, each] of value.entries()) {
      if (checkSchema(context.validation, expected as Schema, each, context.path)) continue;
      context.evaluated?.add(index);
      count++;
    }
    if (count >= minContains && count <= maxContains) return undefined;
    return createViolation(
      context,
      `must contain at ${count < minContains ? `least ${minContains}` : `most ${maxContains}`} valid item(s)`,
    );
  }),

  dependentRequired: dependencies,
  dependentSchemas: dependencies,
  dependencies,
  propertyNames: forObjects((context, value, expected) => {
    for (const key of context.validation.keysOf(value)) {
      const violation = checkSchema(context.validation, expected as Schema, key, childPath(context.path, key));
      if (violation) return createViolation({ keyword: context.keyword, path: childPath(context.path, key) }, 'is not an allowed name');
    }
    return undefined;
  }),
  properties: forObjects((context, value, expected) => {
    for (const key of context.validation.keysOf(expected as Schemas)) {
      const violation = Object.hasOwn(value, key) ? checkProperty(context, value, key, (expected as Schemas)[key]!) : undefined;
      if (violation) return violation;
    }
    return undefined;
  }),
  patternProperties: forObjects((context, value, expected) => {
    for (const pattern of context.validation.keysOf(expected as Schemas))
      for (const key of context.validation.keysOf(value)) {
        const violation = context.validation.matches(pattern, key)
          ? checkProperty(context, value, key, (expected as Schemas)[pattern]!)
          : undefined;
        if (violation) return violation;
      }
    return undefined;
  }),
  additionalProperties: forObjects((context, value, expected) => {
    const named = schemasUnder(context.schema, 'properties');
    const patterns = context.validation.keysOf(schemasUnder(context.schema, 'patternProperties'));
    const isKnown = (key: string) => Object.hasOwn(named, key) || patterns.some((pattern) => context.validation.matches(pattern, key));
    return checkOtherKeys(context, value, expected as Schema, isKnown);
  }),

  $ref: (context, value, expected) => checkSameValue(context, value, context.validation.resolveReference(expected as string)),
  not: (context, value, expected) =>
    checkSchema(context.validation, expected as Schema, value, context.path) ? undefined : createViolation(context, 'must NOT be valid'),
  allOf: (context, value, expected) => {
    for (const part of expected as Schema[]) {
      const violation = checkSameValue(context, value, part);
      if (violation) return violation;
    }
    return undefined;
  },
  anyOf: (context, value, expected) => {
    const { matching, violation } = checkBranches(context, value, expected);
    return matching ? undefined : violation;
  },
  oneOf: (context, value, expected) => {
    const { matching, violation } = checkBranches(context, value, expected);
    if (matching === 1) return undefined;
    return matching ? createViolation(context, 'must match exactly one schema in oneOf') : violation;
  },
  if: (context, value, expected) => {
    const branch = checkSameValue(context, value, expected as Schema) ? 'else' : 'then';
    return has(context.schema, branch) ? checkSameValue(context, value, context.schema[branch] as Schema) : undefined;
  },

  unevaluatedItems: forArrays((context, value, expected) => {
    for (let index = 0; index < value.length; index++) {
      context.validation.spendOnLoop(1);
      if (context.evaluated!.has(index)) continue;
      const violation =
        expected === false
          ? createViolation(context, 'must NOT have unevaluated items')
          : checkItem(context, value, index, expected as Schema);
      if (violation) return violation;
    }
    return undefined;
  }),
  unevaluatedProperties: forObjects((context, value, expected) =>
    checkOtherKeys(context, value, expected as Schema, (key) => context.evaluated!.has(key)),
  ),
};

/** The rule of every supported keyword, in the order in which they are checked. The schema is valid against the metaschema. */
const KEYWORD_RULES: Readonly<Record<string, KeywordRule>> = { ...ASSERTIONS, ...APPLICATORS };
const ORDER = new Map(Object.keys(KEYWORD_RULES).map((keyword, index) => [keyword, index]));
const keywordsBySchema = new WeakMap<JsonObject, string[]>();

/** The supported keywords of a schema, in the order in which they are checked. */
function keywordsOf(schema: JsonObject): string[] {
  let keywords = keywordsBySchema.get(schema);
  if (!keywords) {
    keywords = Object.keys(schema)
      .filter((key) => ORDER.has(key))
      .sort((a, b) => ORDER.get(a)! - ORDER.get(b)!);
    keywordsBySchema.set(schema, keywords);
  }
  return keywords;
}

/**
 * Checks a value by interpreting the schema, because compiling an untrusted schema may take longer than any validation should.
 * Adds the evaluated keys and indices to `seen`, for a schema that applies to the same value.
 */
export function checkSchema(
  validation: SchemaValidation,
  schema: Schema,
  value: Json,
  path: ValuePath | undefined,
  seen?: Set<string | number>,
): Violation | undefined {
  validation.steps.spend(1);
  if (typeof schema === 'boolean') return schema ? undefined : { keyword: 'false', path, message: 'is not allowed' };
  const evaluated = validation.schema.tracksEvaluated ? new Set<string | number>() : undefined;
  for (const keyword of keywordsOf(schema)) {
    validation.steps.spend(1);
    const check = KEYWORD_RULES[keyword]!;
    const violation = check({ validation, schema, keyword, path, evaluated }, value, schema[keyword]!);
    if (violation) return violation;
  }
  if (seen && evaluated) {
    validation.spendOnLoop(evaluated.size);
    for (const key of evaluated) seen.add(key);
  }
  return undefined;
}
