import { describe, expect, it } from '@jest/globals';
import { rawFunction } from './examples.fixture.js';
import { IrError } from './ir-error.js';
import type { JsonObject } from './ir.js';
import { compileSchema } from './json-schema.js';
import { parseParams } from './params.js';

function failure(schema: unknown, params: unknown): { code: string; message: string } {
  try {
    parseParams(rawFunction([], schema), params);
  } catch (error) {
    if (error instanceof IrError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was wrong');
}
const schemaFault = (schema: JsonObject): string => {
  try {
    compileSchema(schema);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was wrong');
};

describe('a caller', () => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      url: { type: 'string', pattern: '^https?://' },
      tags: { type: 'array', items: { type: 'string' }, uniqueItems: true },
      sort: { enum: ['new', 'old'], default: 'new' },
      who: { $ref: '#/$defs/person' },
    },
    required: ['url'],
    additionalProperties: false,
    $defs: { person: { type: 'object', properties: { mail: { type: 'string', format: 'email' } }, required: ['mail'] } },
  };

  it('gets the defaults of params that are left out', () => {
    const params = { url: 'https://a.example' };
    expect(parseParams(rawFunction([], schema), params)).toEqual({ url: 'https://a.example', sort: 'new' });
    expect(params).toEqual({ url: 'https://a.example' });
    expect(parseParams(rawFunction([], schema), { ...params, sort: 'old' })).toMatchObject({ sort: 'old' });
  });

  it('may pass any object to a function without schema', () => expect(parseParams(rawFunction([], {}), { a: [1] })).toEqual({ a: [1] }));

  it.each([
    [{}, 'VALIDATION_MISSING_FIELD', "'url' is missing"],
    [{ url: 'https://a', who: {} }, 'VALIDATION_MISSING_FIELD', "'who.mail' is missing"],
    [{ url: 1 }, 'VALIDATION_TYPE_ERROR', "'url' must be string"],
    [{ url: 'ftp://a' }, 'VALIDATION_TYPE_ERROR', "'url' must match pattern"],
    [{ url: 'https://a', tags: ['a', 1] }, 'VALIDATION_TYPE_ERROR', "'tags.1' must be string"],
    [{ url: 'https://a', tags: ['a', 'b', 'a'] }, 'VALIDATION_TYPE_ERROR', "'tags' must not have duplicate items"],
    [{ url: 'https://a', sort: 'up' }, 'VALIDATION_TYPE_ERROR', '\'sort\' must be one of "new","old"'],
    [{ url: 'https://a', who: { mail: 'x' } }, 'VALIDATION_TYPE_ERROR', "'who.mail' must match format"],
    [{ url: 'https://a', extra: 1 }, 'VALIDATION_TYPE_ERROR', "'extra' is not a known field"],
    [{ url: 'https://a\0' }, 'VALIDATION_TYPE_ERROR', "'url' contains a NUL character"],
    [{ url: '\ud800' }, 'VALIDATION_TYPE_ERROR', "'url' contains a lone surrogate"],
    [JSON.parse('{"url": "https://a", "__proto__": 1}'), 'VALIDATION_TYPE_ERROR', '__proto__'],
    [[], 'VALIDATION_TYPE_ERROR', 'params must be an object'],
    [null, 'VALIDATION_TYPE_ERROR', 'params must be an object'],
    [{ url: 'x'.repeat(1024 * 1024) }, 'VALIDATION_TYPE_ERROR', 'larger than 1024 KiB'],
  ])('gets the fault of %.60j', (params, code, message) => {
    const got = failure(schema, params);
    expect(got.code).toBe(code);
    expect(got.message).toContain(message);
  });

  it('gets no fault for a missing field that another branch does not require', () => {
    const either = { anyOf: [{ required: ['a'] }, { type: 'object', required: ['b'] }] };
    expect(failure(either, {}).code).toBe('VALIDATION_TYPE_ERROR');
  });

  it('has each pattern checked separately', () => {
    const two = { properties: { a: { pattern: '^a+$' }, b: { pattern: '^b+$' } }, patternProperties: { '^n_': { type: 'number' } } };
    expect(parseParams(rawFunction([], two), { a: 'aa', b: 'bb', n_1: 1 })).toBeTruthy();
    expect(failure(two, { b: 'aa' }).message).toContain("'b'");
    expect(failure(two, { n_1: 'x' }).message).toContain("'n_1'");
  });

  it('may write the keys of equal items in any order', () => {
    expect(
      failure(
        { properties: { l: { uniqueItems: true } } },
        {
          l: [
            { a: 1, b: 2 },
            { b: 2, a: 1 },
          ],
        },
      ).message,
    ).toContain('duplicate');
    expect(parseParams(rawFunction([], { properties: { l: { uniqueItems: true } } }), { l: [1, '1', null] })).toBeTruthy();
  });

  it('has the schema of a function compiled once', () => {
    const fn = rawFunction([], { properties: { a: { type: 'string' } } });
    parseParams(fn, {});
    fn.params_schema = { type: 'thing' };
    expect(parseParams(fn, { a: 'x' })).toEqual({ a: 'x' });
  });

  it('of a function with a broken schema gets a fault of the app', () => {
    expect(failure({ type: 'thing' }, {})).toMatchObject({ code: 'EXT_UNSTRUCTURED_ERROR' });
  });
});

describe('an author of a schema', () => {
  it.each([
    ['a type that does not exist', { type: 'thing' }, 'is not a JSON Schema'],
    ['a reference to elsewhere', { $ref: 'http://169.254.169.254/x' }, "must begin with '#/'"],
    ['a reference to the root', { properties: { a: { $ref: '#' } } }, "must begin with '#/'"],
    ['a reference to nowhere', { $ref: '#/$defs/a' }, 'no such part exists'],
    ['a reference to a prototype', { $ref: '#/toString' }, 'no such part exists'],
    ['a reference to itself', { $defs: { a: { properties: { b: { $ref: '#/$defs/a' } } } }, $ref: '#/$defs/a' }, 'recursive reference'],
    ['a dynamic reference', { $dynamicRef: '#a' }, 'not supported'],
    ['an inner $id', { $defs: { a: { $id: 'http://a/' } } }, "'$id' below its root"],
    ['asynchrony', { $async: true }, "'$async', which is not supported"],
    ['a look-ahead', { properties: { a: { pattern: '(?=a)' } } }, 'RE2 syntax'],
    ['a back-reference', { patternProperties: { '(a)\\1': {} } }, 'RE2 syntax'],
    ['a pattern of monstrous size', { properties: { a: { pattern: '(a{1000}b{1000}){1}c{1000}' } } }, 'is too large'],
    ['patterns of monstrous size together', { properties: { a: { pattern: 'a{1000}'.repeat(1000) } } }, 'is too large'],
    ['a reference to what is no schema', { $ref: '#/enum/0', enum: [{ minLength: 'x' }] }, 'is not a JSON Schema'],
    ['too long an enum', { enum: Array.from({ length: 3000 }, (_, i) => i) }, 'is too large'],
  ])('is refused %s', (_, schema, message) => expect(schemaFault(schema)).toContain(message));

  it('is refused references that multiply the cost', () => {
    const $defs = Object.fromEntries(
      Array.from({ length: 30 }, (_, i) => [`d${i}`, { allOf: [{ $ref: `#/$defs/d${i + 1}` }, { $ref: `#/$defs/d${i + 1}` }] }]),
    );
    expect(schemaFault({ $ref: '#/$defs/d0', $defs: { ...$defs, d30: {} } })).toContain('is too large');
  });

  it('may use properties that are named like keywords', () => {
    const schema = {
      $id: 'urn:a',
      properties: { $ref: { type: 'string' }, $id: { type: 'string' }, pattern: { type: 'number' }, $async: { type: 'boolean' } },
    };
    expect(compileSchema(schema)({ $ref: 'a', pattern: 1 })).toBeUndefined();
    expect(compileSchema(schema)({ pattern: 'a' })).toBeDefined();
  });

  it('may use JavaScript’s escapes, \\u and named groups, and unknown formats and keywords', () => {
    expect(compileSchema({ properties: { a: { pattern: '^\\u00e9(?<y>\\d)\\/$' } } })({ a: 'é1/' })).toBeUndefined();
    expect(compileSchema({ format: 'colour', 'x-hint': 1 })('any')).toBeUndefined();
    expect(compileSchema({ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'number' } } })('x')).toBeDefined();
  });
});
