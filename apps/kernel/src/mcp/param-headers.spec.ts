import { describe, expect, it } from '@jest/globals';
import type { JsonObject } from '../ir/ir.js';
import { paramHeadersOf, toHeaders } from './param-headers.js';

const schema = (properties: JsonObject): JsonObject => ({ type: 'object', properties });
const REGION = { type: 'string', 'x-mcp-header': 'Region' };

describe('the headers that a schema asks for', () => {
  it('are found at any depth', () => {
    const nested = schema({
      place: schema({ region: REGION }),
      count: { type: 'integer', 'x-mcp-header': 'Count' },
      note: { type: 'string' },
    });
    expect(paramHeadersOf(nested)).toEqual([
      { name: 'Region', path: ['place', 'region'] },
      { name: 'Count', path: ['count'] },
    ]);
    expect(paramHeadersOf(schema({ 'x-mcp-header': { type: 'string' } }))).toEqual([]);
    expect(paramHeadersOf(schema({ kept: { type: 'object', default: { 'x-mcp-header': 1 } } }))).toEqual([]);
  });

  it.each([
    ['no name', schema({ a: { type: 'string', 'x-mcp-header': '' } })],
    ['a name with a space', schema({ a: { type: 'string', 'x-mcp-header': 'a b' } })],
    ['a line break in the name', schema({ a: { type: 'string', 'x-mcp-header': 'a\r\nb' } })],
    ['a number', schema({ a: { type: 'number', 'x-mcp-header': 'A' } })],
    ['an object', schema({ a: { type: 'object', 'x-mcp-header': 'A' } })],
    ['no type', schema({ a: { 'x-mcp-header': 'A' } })],
    ['the same name in another case', schema({ a: REGION, b: { ...REGION, 'x-mcp-header': 'REGION' } })],
    ['the schema itself', { ...schema({}), 'x-mcp-header': 'A' }],
    ['items', schema({ a: { type: 'array', items: REGION } })],
    ['a property below an alternative', { type: 'object', anyOf: [schema({ a: REGION })] }],
    ['a definition', { ...schema({}), $defs: { region: REGION } }],
  ])('with %s are invalid', (_, invalid) => {
    expect(paramHeadersOf(invalid)).toBeUndefined();
  });
});

describe('the headers of a call', () => {
  const headers = paramHeadersOf(schema({ a: { ...REGION, 'x-mcp-header': 'A' }, b: { type: 'integer', 'x-mcp-header': 'B' } }))!;
  const base64 = (text: string) => `=?base64?${Buffer.from(text).toString('base64')}?=`;

  it('have the arguments that are given', () => {
    expect(toHeaders(headers, { a: 'eu west', b: 7 })).toEqual({ 'Mcp-Param-A': 'eu west', 'Mcp-Param-B': '7' });
    expect(toHeaders(headers, { a: null })).toEqual({});
    expect(toHeaders(headers, { a: { x: 1 }, b: 1e300 })).toEqual({});
  });

  it.each(['', ' a', 'a ', 'ü', 'a\r\nX-Evil: 1', '=?base64?QQ==?='])('encode %j', (a) => {
    expect(toHeaders(headers, { a })).toEqual({ 'Mcp-Param-A': base64(a) });
  });
});
