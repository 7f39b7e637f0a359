import fc from 'fast-check';

export type Schema = { readonly [key: string]: unknown };

/** Invalid values that a client might send. */
const invalid = fc.oneof(
  fc.constantFrom(
    null,
    '',
    ' ',
    '0',
    -1,
    1e21,
    0.5,
    true,
    [],
    {},
    [null],
    { a: { b: [] } },
    '\u0000',
    '😀',
    '../..',
    "'; --",
    'x'.repeat(11_000),
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Values that match a JSON Schema of the contract. */
function matching(schema: Schema): fc.Arbitrary<unknown> {
  const { enum: values, anyOf, type, items, properties, examples } = schema;
  if (Array.isArray(values)) return fc.constantFrom(...(values as unknown[]));
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((each) => matching(each as Schema)));
  const kind = Array.isArray(type) ? type[0] : type;
  if (Array.isArray(examples)) return fc.oneof(fc.constantFrom(...(examples as unknown[])), matching({ ...schema, examples: undefined }));
  const bound = (name: string, fallback: number) => (typeof schema[name] === 'number' ? schema[name] : fallback);
  switch (kind) {
    case 'string': {
      if (schema['format'] === 'email') return fc.nat(1e6).map((n) => `person${n}@example.com`);
      if (schema['format'] === 'date-time') return fc.date({ noInvalidDate: true, min: new Date(0) }).map((date) => date.toISOString());
      if (typeof schema['pattern'] === 'string') return fc.stringMatching(new RegExp(schema['pattern']), { maxLength: 64 });
      const min = bound('minLength', 0);
      return fc.string({ minLength: min, maxLength: Math.max(Math.min(bound('maxLength', 40), 40), min), unit: 'grapheme' });
    }
    case 'integer':
      return fc.maxSafeInteger().map((n) => {
        const [min, max] = [bound('minimum', -1000), bound('maximum', 1e9)];
        return min + (Math.abs(n) % (max - min + 1));
      });
    case 'number':
      return fc.double({ min: bound('minimum', -1e6), max: bound('maximum', 1e6), noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return fc.array(matching((items as Schema | undefined) ?? {}), { minLength: bound('minItems', 0), maxLength: 3 });
    case 'object':
      return properties ? objectFor(schema) : fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

/** Values that mostly match a schema. */
export const valueFor = (schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: matching(schema) }, { weight: 1, arbitrary: invalid });

/** Objects that mostly match: each property matches, is omitted or is invalid. */
export const objectFor = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(properties as object).map(([key, schema]) => [key, valueFor(schema as Schema)])), {
    requiredKeys: required as string[],
  });
