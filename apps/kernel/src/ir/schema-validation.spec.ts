import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { Json, JsonObject } from './ir.js';
import { formatFault, compileSchema } from './json-schema.js';

const small = fc.integer({ min: 0, max: 3 });
const key = fc.constantFrom('a', 'b', 'c', 'ab');
const keys = fc.uniqueArray(key, { maxLength: 3 });

const { json } = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, false, '', 'a', 'ab', 'b', 'é', '😀', 0, 1, 2, 3, 4.5, -1),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3 }),
  ),
}));

/** Any keywords, alone and combined, also those that do not apply to the value's type. */
const { schema } = fc.letrec<{ schema: JsonObject | boolean; some: (JsonObject | boolean)[]; named: JsonObject }>((tie) => ({
  some: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }),
  named: fc.dictionary(key, tie('schema'), { maxKeys: 3 }) as fc.Arbitrary<JsonObject>,
  schema: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    fc.boolean(),
    fc.record(
      {
        type: fc.oneof(
          fc.constantFrom('string', 'number', 'integer', 'object', 'array', 'null', 'boolean'),
          fc.constant(['object', 'array']),
        ),
        enum: fc.uniqueArray(json, { minLength: 1, maxLength: 3, selector: (value) => JSON.stringify(value) }),
        const: json,
        minimum: small,
        exclusiveMaximum: small,
        multipleOf: fc.constantFrom(1, 2, 0.5),
        minLength: small,
        maxLength: small,
        pattern: fc.constantFrom('^a', 'b$', '.'),
        minItems: small,
        maxItems: small,
        uniqueItems: fc.boolean(),
        minProperties: small,
        maxProperties: small,
        required: keys,
        dependentRequired: fc.dictionary(key, keys, { maxKeys: 2 }),
        dependentSchemas: tie('named'),
        properties: tie('named'),
        patternProperties: fc.dictionary(fc.constantFrom('^a', 'b$'), tie('schema')),
        additionalProperties: tie('schema'),
        propertyNames: tie('schema'),
        prefixItems: tie('some'),
        items: tie('schema'),
        contains: tie('schema'),
        minContains: small,
        allOf: tie('some'),
        anyOf: tie('some'),
        oneOf: tie('some'),
        not: tie('schema'),
        if: tie('schema'),
        then: tie('schema'),
        else: tie('schema'),
        unevaluatedProperties: tie('schema'),
        unevaluatedItems: tie('schema'),
        $ref: fc.constantFrom('#/$defs/one', '#/$defs/two'),
      } as unknown as Record<string, fc.Arbitrary<Json>>,
      { requiredKeys: [] },
    ) as fc.Arbitrary<JsonObject>,
  ),
}));

const $defs: JsonObject = {
  one: { properties: { a: { type: 'string' } }, required: ['a'] },
  two: { anyOf: [{ type: 'number' }, { prefixItems: [true] }] },
};

describe('validating', () => {
  it('agrees with Ajv on any schema and value', () => {
    const property = fc.property(schema, fc.array(json, { minLength: 1, maxLength: 5 }), (given, values) => {
      const text = JSON.stringify(given);
      // With `contains`, Ajv counts every item as evaluated; JSON Schema 2020-12 counts only those that match.
      fc.pre(!(text.includes('"contains"') && text.includes('"unevaluatedItems"')));
      const root: JsonObject = { allOf: [given], $defs };
      const validate = compileSchema(root);
      const oracle = new Ajv2020({ strict: false, logger: false, ownProperties: true, validateSchema: false }).compile(root);
      for (const value of values) expect([value, validate(value) === undefined]).toEqual([value, oracle(value)]);
    });
    fc.assert(property, { numRuns: 150 });
  });

  it('counts the items that `contains` matched as evaluated, and no others', () => {
    const validate = compileSchema({ contains: { type: 'number' }, unevaluatedItems: false });
    expect(validate([1, 2])).toBeUndefined();
    expect(validate([1, 'a'])).toMatchObject({ keyword: 'unevaluatedItems' });
  });

  it.each<[JsonObject, Json, string]>([
    [{ properties: { a: { minimum: 3 } } }, { a: 1 }, "'a' must be >= 3"],
    [{ properties: { a: { maxLength: 1 } } }, { a: '😀😀' }, "'a' must NOT have more than 1 characters"],
    [{ items: { minItems: 2 } }, [[], []], "'0' must NOT have fewer than 2 items"],
    [{ anyOf: [{ type: 'string' }, { type: 'number' }] }, null, 'must be string'],
    [{ oneOf: [{ type: 'number' }, { minimum: 0 }] }, 1, 'must match exactly one schema in oneOf'],
    [{ properties: { a: { if: { type: 'object' }, then: { required: ['b'] } } } }, { a: {} }, "'a.b' is missing"],
    [{ propertyNames: { maxLength: 1 } }, { long: 1 }, "'long' is not an allowed name"],
    [{ properties: { a: { contains: { type: 'number' }, minContains: 2 } } }, { a: [1] }, "'a' must contain at least 2 valid item(s)"],
    [{ prefixItems: [true], items: false }, [1, 2], 'must NOT have more than 1 items'],
    [{ properties: { a: false } }, { a: 1 }, "'a' is not allowed"],
    [{ type: 'string', nullable: true }, 1, 'must be string'],
    [{ unevaluatedProperties: false, allOf: [{ properties: { a: true } }] }, { a: 1, b: 2 }, "'b' is not a known field"],
  ])('describes a violation of %j', (given, value, words) => {
    expect(formatFault(compileSchema(given)(value)!)).toBe(words);
  });
});
