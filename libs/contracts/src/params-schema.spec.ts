import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { paramsSchemaOf } from './params-schema.js';

const KEYWORDS =
  '$anchor $comment $defs $id $ref $schema allOf anyOf const contains contentEncoding contentMediaType default definitions dependentRequired dependentSchemas deprecated description else enum examples exclusiveMaximum exclusiveMinimum format items maxItems maxLength maxProperties maximum minItems minLength minProperties minimum multipleOf oneOf pattern patternProperties prefixItems properties readOnly required then title type uniqueItems writeOnly'.split(
    ' ',
  );

/** Their values look the same in both forms. */
const AMBIGUOUS = ['additionalProperties', 'unevaluatedProperties', 'propertyNames', 'not', 'if'];
const name = fc.oneof(
  fc.constantFrom(...KEYWORDS),
  fc.stringMatching(/^[a-z_]{1,12}$/).filter((text) => !AMBIGUOUS.includes(text)),
);
/** A schema of one param in the documented form. */
const param = fc.record(
  {
    type: fc.constantFrom('string', 'integer', 'number', 'boolean', 'array', 'object'),
    description: fc.string(),
    required: fc.boolean(),
  },
  { requiredKeys: ['type'] },
);

describe('the params of a function', () => {
  it('may be told as a map of any names to schemas, which becomes the schema of an object', () => {
    fc.assert(
      fc.property(fc.dictionary(name, param, { minKeys: 1 }), (names) => {
        const { type, properties, required = [], ...rest } = paramsSchemaOf(names);
        expect(type).toBe('object');
        expect(rest).toEqual({});
        expect(required).toEqual(Object.keys(names).filter((key) => names[key]!.required));
        expect(properties).toEqual(Object.fromEntries(Object.entries(names).map(([key, { required: _, ...schema }]) => [key, schema])));
      }),
    );
  });

  it('stay as they are once they are a JSON Schema', () => {
    fc.assert(
      fc.property(fc.dictionary(name, param, { minKeys: 1 }), (names) => {
        const schema = paramsSchemaOf(names);
        expect(paramsSchemaOf(schema)).toBe(schema);
      }),
    );
  });

  it.each([
    {},
    { type: 'object' },
    { type: ['object', 'null'] },
    { properties: { url: { type: 'string' } } },
    { properties: {} },
    { required: ['url'] },
    { title: 'Params', url: { type: 'string' } },
    { additionalProperties: false },
    { additionalProperties: { type: 'string' } },
    { not: { required: ['url'] } },
    { $defs: { url: { type: 'string' } }, properties: { url: { $ref: '#/$defs/url' } } },
    { patternProperties: { '^x-': true } },
    { dependentRequired: { a: ['b'] } },
    { enum: [{}] },
    { url: 'string' },
  ])('are a JSON Schema when a keyword has its form, or a value is no schema: %j', (schema) => {
    expect(paramsSchemaOf(schema)).toBe(schema);
  });

  it('may be called like a keyword whose value is an object', () => {
    const properties = { type: 'object', properties: { id: { type: 'string' } } };
    expect(paramsSchemaOf({ properties })).toEqual({ type: 'object', properties: { properties } });
    expect(paramsSchemaOf({ deprecated: { type: 'boolean' } })).toMatchObject({ properties: { deprecated: { type: 'boolean' } } });
  });

  it('may be of any kind, and keep the names that they require themselves', () => {
    expect(paramsSchemaOf({ any: true, point: { type: 'object', required: ['x'] } })).toEqual({
      type: 'object',
      properties: { any: true, point: { type: 'object', required: ['x'] } },
    });
  });
});
