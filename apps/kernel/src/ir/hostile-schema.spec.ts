import { describe, expect, it } from '@jest/globals';
import { IrError } from './ir-error.js';
import type { Json, JsonObject } from './ir.js';
import { compileSchema, VALIDATION_STEPS_MAX } from './json-schema.js';
import { Meter } from './meter.js';

const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const keyed = <T>(count: number, make: (i: number) => T): Record<string, T> => Object.fromEntries(times(count, (i) => [`k${i}`, make(i)]));
const LONG = times(40_000, (i) => i);
const WIDE = keyed(20_000, (i) => i);
const TEXT = 'a'.repeat(1_000_000);
const never = [...times(700, (i) => ({ const: `no ${i}` })), true];
const many = (schema: JsonObject) => ({ allOf: times(150, () => schema) });

/** A value that counts how often its parts are read. */
function watched(value: Json): { value: Json; looks: () => number } {
  let looks = 0;
  const watch = (part: Json): Json => {
    if (typeof part !== 'object' || part === null) return part;
    return new Proxy(part, {
      get: (target, key) => (looks++, watch(Reflect.get(target, key) as Json)),
      getOwnPropertyDescriptor: (target, key) => (looks++, Reflect.getOwnPropertyDescriptor(target, key)),
      ownKeys: (target) => ((looks += Reflect.ownKeys(target).length), Reflect.ownKeys(target)),
    });
  };
  return { value: watch(value), looks: () => looks };
}

const HOSTILE: [string, JsonObject, Json][] = [
  ['anyOf', { items: { anyOf: never } }, LONG],
  ['oneOf', { items: { oneOf: never } }, LONG],
  ['allOf', { items: { allOf: times(900, () => ({ type: 'number' })) } }, LONG],
  ['not', { items: { allOf: times(400, (i) => ({ not: { const: `no ${i}` } })) } }, LONG],
  ['if, then and else', { items: { allOf: times(400, () => ({ if: { const: '' }, else: { type: 'number' } })) } }, LONG],
  ['enum', { items: { anyOf: [{ enum: times(900, (i) => `no ${i}`) }, true] } }, LONG],
  [
    'const and deep equality',
    { items: { not: { const: times(900, (i) => i) } } },
    times(1_000, () => times(900, (i) => (i === 899 ? '' : i))),
  ],
  ['long equal texts', { $defs: { a: { const: `${TEXT}b` } }, allOf: times(300, () => ({ not: { $ref: '#/$defs/a' } })) }, `${TEXT}c`],
  ['contains', many({ contains: { const: '' }, minContains: 0 }), LONG],
  ['prefixItems', many({ prefixItems: [{ items: true }], items: { type: 'number' } }), LONG],
  ['uniqueItems', many({ uniqueItems: true }), LONG],
  ['uniqueItems of long texts', many({ uniqueItems: true }), [TEXT]],
  ['minLength', many({ minLength: 3 }), TEXT],
  ['format', many({ format: 'uri' }), `a:${TEXT}`],
  ['pattern', many({ pattern: 'b|a' }), TEXT],
  ['a pattern with a large program', { pattern: '(.*a.{900}.{900})$' }, TEXT.slice(0, 60_000)],
  ['propertyNames', many({ propertyNames: { minLength: 1 } }), WIDE],
  ['patternProperties', { patternProperties: keyed(300, () => true) }, WIDE],
  ['additionalProperties', many({ additionalProperties: true, patternProperties: { x: true } }), WIDE],
  ['properties', { items: { properties: keyed(900, () => ({ type: 'number' })) } }, times(10_000, () => ({}))],
  ['required', { items: { required: times(900, (i) => `k${i}`) } }, times(10_000, () => keyed(900, () => 1)).slice(0, 4000)],
  ['maxProperties', many({ maxProperties: 50_000 }), WIDE],
  ['dependentSchemas', { items: { dependentSchemas: keyed(900, () => ({ type: 'object' })) } }, times(10_000, () => ({}))],
  ['dependentRequired', { items: { dependentRequired: keyed(900, () => ['a']) } }, times(10_000, () => ({}))],
  ['unevaluatedItems', many({ unevaluatedItems: { type: 'number' } }), LONG],
  ['unevaluatedProperties', many({ anyOf: [{ patternProperties: { k: true } }], unevaluatedProperties: false }), WIDE],
  [
    'references to references',
    {
      items: { $ref: '#/$defs/d0' },
      $defs: { ...Object.fromEntries(times(40, (i) => [`d${i}`, { $ref: `#/$defs/d${i + 1}` }])), d40: true },
    },
    LONG,
  ],
];

describe('a schema and a value that take too many steps together', () => {
  it.each(HOSTILE)('by %s are refused after a limited number of steps', (_, schema, given) => {
    const steps = new Meter(VALIDATION_STEPS_MAX, () => new IrError('VALIDATION_TYPE_ERROR', 'enough'));
    const { value, looks } = watched(given);
    const validate = compileSchema(schema);
    expect(() => validate(value, steps)).toThrow('enough');
    // All work costs steps: every read was counted.
    expect(looks()).toBeLessThan(20 * VALIDATION_STEPS_MAX);
  });

  it('are refused with a message to the caller', () => {
    const validate = compileSchema({ items: { anyOf: never } });
    expect(() => validate(LONG)).toThrow('params are too large for their params_schema: send less at once, or use a simpler schema');
  });
});

it('a large valid array of records is accepted', () => {
  const fields = (make: (i: number) => Json) => Object.fromEntries(times(10, (i) => [`field_${i}`, make(i)]));
  const record = { type: 'object', properties: fields(() => ({ type: 'string', maxLength: 50 })), required: ['field_1'] };
  expect(compileSchema({ items: { ...record, additionalProperties: false } })(times(5_000, () => fields(() => 'text')))).toBeUndefined();
});

it('each validation has its own budget of steps', () => {
  const validate = compileSchema({ properties: { a: { pattern: 'x$' } } });
  for (let i = 0; i < 3; i++) expect(validate({ a: 'x'.repeat(100_000) })).toBeUndefined();
});
