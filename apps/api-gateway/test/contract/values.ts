import fc from 'fast-check';

export type Schema = { readonly [key: string]: unknown };

/** Whatever a client might send by mistake. */
const nonsense = fc.oneof(
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

/** Values of a JSON Schema, as our contract writes them. */
function fitting(schema: Schema): fc.Arbitrary<unknown> {
  const { enum: words, anyOf, type, items, properties, examples } = schema;
  if (Array.isArray(words)) return fc.constantFrom(...(words as unknown[]));
  if (Array.isArray(anyOf)) return fc.oneof(...anyOf.map((each) => fitting(each as Schema)));
  const kind = Array.isArray(type) ? type[0] : type;
  if (Array.isArray(examples)) return fc.constantFrom(...(examples as unknown[]));
  const bound = (name: string, otherwise: number) => (typeof schema[name] === 'number' ? schema[name] : otherwise);
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
      return fc.array(fitting((items as Schema | undefined) ?? {}), { minLength: bound('minItems', 0), maxLength: 3 });
    case 'object':
      return properties ? object(schema) : fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });
    default:
      return fc.jsonValue({ maxDepth: 1 });
  }
}

/** Values that mostly fit. */
export const value = (schema: Schema): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: fitting(schema) }, { weight: 1, arbitrary: nonsense });

/** Objects that mostly fit: each property fits, or is left out, or is nonsense. */
export const object = ({ properties = {}, required = [] }: Schema): fc.Arbitrary<Record<string, unknown>> =>
  fc.record(Object.fromEntries(Object.entries(properties as object).map(([key, schema]) => [key, value(schema as Schema)])), {
    requiredKeys: required as string[],
  });
