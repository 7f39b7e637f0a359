import { describe, expect, it } from '@jest/globals';
import { IrError } from './ir-error.js';
import type { Json } from './ir.js';
import { Meter } from './meter.js';
import { resolveBindings } from './template.js';

const list = [1, null, { deep: true }];
const context = {
  event: { name: 'Ann', n: 3, yes: true, none: null, list, object: { a: 1 }, empty: '' },
  steps: { 's-1': { id: 'doc_1' } },
  prev: {},
};

describe('a binding', () => {
  it.each<[string, Json]>([
    ['{{event.n}}', 3],
    ['{{ event.yes }}', true],
    ['{{event.none}}', null],
    ['{{event.list.1}}', null],
    ['{{event.list.2.deep}}', true],
    ['{{steps.s-1.id}}', 'doc_1'],
    ['{{event.missing}}', ''],
    ['{{event.name.length}}', ''],
    ['{{event.list.length}}', ''],
    ['{{event.list.9}}', ''],
    ['{{event.list.-1}}', ''],
    ['{{event.list.00}}', ''],
    ['{{event.list.01.deep}}', ''],
    ['{{event.toString}}', ''],
    ['{{event.__proto__}}', ''],
    ['{{event.constructor.name}}', ''],
    ['{{toString}}', ''],
    ['{{event..n}}', ''],
  ])('alone, %s, is the value itself', (text, value) => expect(resolveBindings(text, context)).toEqual(value));

  it('alone is the same object, not a copy', () => expect(resolveBindings('{{event.list}}', context)).toBe(list));

  it.each([
    ['Hi {{event.name}}!', 'Hi Ann!'],
    ['{{event.n}}{{event.n}}', '33'],
    ['{{event.yes}} {{event.none}}|{{event.missing}}', 'true |'],
    ['{{event.object}} ', '{"a":1} '],
    [' {{event.list}}', ' [1,null,{"deep":true}]'],
    ['{{ event.name', '{{ event.name'],
    ['{{a b}} {{}} {}', '{{a b}} {{}} {}'],
    ['$& $1 {{event.name}}', '$& $1 Ann'],
  ])('within a string, %s, becomes text', (text, value) => expect(resolveBindings(text, context)).toBe(value));

  it('is replaced anywhere in a value, but not in keys', () => {
    expect(resolveBindings({ '{{event.n}}': ['{{event.n}}', { a: '{{event.name}}' }, 1, null] }, context)).toEqual({
      '{{event.n}}': [3, { a: 'Ann' }, 1, null],
    });
  });

  it('is not replaced in a bound value', () => {
    const event = { text: '{{event.secret}}', secret: 'no' };
    expect(resolveBindings('{{event.text}}', { event })).toBe('{{event.secret}}');
    expect(resolveBindings('a {{event.text}}', { event })).toBe('a {{event.secret}}');
  });

  it('never changes a prototype', () => {
    const written = resolveBindings(JSON.parse('{"__proto__": {"polluted": "{{event.n}}"}}') as Json, context) as object;
    expect(Object.getPrototypeOf(written)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a filter', () => {
  it.each<[string, Json]>([
    ['{{event.list | count}}', 3],
    ['{{event.object|count}}', 1],
    ['{{event.name | count}} letters', '3 letters'],
    ['{{event.missing | count}}', 0],
    ['{{event.n | count}}', 0],
    ['{{event.missing | default: "none"}}', 'none'],
    ["{{event.none | default: 'no | pipe'}}", 'no | pipe'],
    ['{{event.empty | default: bare words }}', 'bare words'],
    ['{{event.name | default: "none"}}', 'Ann'],
    ['{{event.n | default: "none"}}', 3],
    ['{{event.n | format: ".2f"}}', '3.00'],
    ['{{event.big | format: ",.1f"}}', '1,234,567.9'],
    ['{{event.big | format: ","}}', '1,234,567.891'],
    ['{{event.big | format: "d"}}', '1234568'],
    ['{{event.share | format: ".1%"}}', '12.5%'],
    ['{{event.share | format: "%"}}', '13%'],
    ['{{event.name | format: ".2f"}}', 'Ann'],
    ['{{event.when | format: date}}', '2026-06-21'],
    ['{{event.when | format: "time"}}', '10:05'],
    ['{{event.when | format: datetime}}', '2026-06-21 10:05'],
    ['{{event.name | format: date}}', 'Ann'],
    ['{{event.missing | format: date | default: "never"}}', 'never'],
  ])('%s returns %j', (text, value) => {
    const event = { ...context.event, big: 1234567.891, share: 0.125, when: '2026-06-21T12:05:00+02:00' };
    expect(resolveBindings(text, { ...context, event })).toEqual(value);
  });

  it('that is unknown is a fault of the app', () => expect(() => resolveBindings('{{event.n | shout}}', context)).toThrow(IrError));
});

describe('the meter', () => {
  it('counts what is written and what is bound', () => {
    const meter = new Meter(100);
    resolveBindings('x'.repeat(60), context, meter);
    expect(() => resolveBindings('x'.repeat(60), context, meter)).toThrow('too much data');
    expect(() => resolveBindings('{{event.long}}', { event: { long: 'x'.repeat(100) } }, new Meter(100))).toThrow('too much data');
    expect(() => resolveBindings(['{{event.list}}', '{{event.list}}'], context, new Meter(50))).toThrow('too much data');
  });
  it('counts what filters read, not only what they write', () => {
    const long = { event: { long: 'x'.repeat(10_000), list: Array.from({ length: 10_000 }, () => 1) } };
    for (const binding of ['{{event.long | count}}', '{{event.list | count}}', '{{event.long | format: date}}'])
      expect(() => resolveBindings(`a ${binding.repeat(200)}`, long)).toThrow('too much data');
  });
  it('refuses values that the store cannot hold', () => {
    expect(() => resolveBindings('{{event.a}}', { event: { a: 'a\0' } })).toThrow('NUL');
    let deep: Json = 1;
    for (let i = 0; i < 70; i++) deep = [deep];
    expect(() => resolveBindings('{{event.a}}', { event: { a: deep } })).toThrow('nested deeper than 64');
  });
});
