import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AnyJson, Bool, Email, Instant, Int, Json, List, Nested, Nullable, Num, OneOf, Optional, Text } from './fields.js';
import { type Fault, Problem } from './problem.js';
import { read, revive } from './read.js';
import { schemaOf } from './schema.js';

class Part {
  @Text({ min: 1 }) name!: string;
}
class Whole {
  @Text({ min: 2, max: 5, pattern: /^[a-z]+$/ }) word!: string;
  @Int({ min: 1, max: 10 }) count: number = 3;
  @Optional() @Num() share?: number;
  @Optional() @Bool() sure?: boolean;
  @Optional() @Email() email?: string;
  @Optional() @OneOf(['a', 'b']) letter?: string;
  @Optional() @Instant() at?: Date;
  @Optional() @Json() bag?: Record<string, unknown>;
  @Optional() @AnyJson() any?: unknown;
  @Optional() @Nested(() => Part) part?: Part;
  @Optional() @List(() => Part, { max: 2 }) parts?: Part[];
  @Optional() @List('text') texts?: string[];
  @Optional() @List('json') bags?: Record<string, unknown>[];
}

const faults = (json: unknown): Fault[] => {
  try {
    read(Whole, json);
  } catch (error) {
    return (error as Problem).body.detail as Fault[];
  }
  return [];
};

describe('reading an input', () => {
  it('keeps known fields, fills in defaults and ignores the rest', () => {
    expect(read(Whole, { word: 'abc', stranger: 1 })).toEqual({ word: 'abc', count: 3 });
  });

  it('reads texts as query strings have them', () => {
    const { count, share, sure, at, email } = read(Whole, {
      word: 'abc',
      count: '7',
      share: '0.5',
      sure: 'true',
      at: '2026-01-02T03:04:05Z',
      email: ' Ada@Example.COM ',
    });
    expect([count, share, sure, email]).toEqual([7, 0.5, true, 'ada@example.com']);
    expect(at).toEqual(new Date('2026-01-02T03:04:05Z'));
  });

  it('counts null as left out where a field is optional', () => {
    expect(read(Whole, { word: 'abc', share: null })).toEqual({ word: 'abc', count: 3 });
  });

  it('takes what a field may hold at the most', () => {
    const most = { word: 'abc', bag: { x: 'ü'.repeat(8_000) }, texts: ['x'.repeat(200)], at: '9999-12-31T23:59:59.999Z' };
    expect(faults(most)).toEqual([]);
  });

  it.each([
    '2026-06-21T00:00:00Z',
    '2026-06-21T02:00:00+02:00',
    '2026-06-20T23:59:59.5-00:00',
    '2024-02-29t00:00:00z',
    '0001-01-01T00:00:00Z',
  ])('reads the RFC 3339 moment %s', (at) => {
    expect(read(Whole, { word: 'abc', at }).at).toEqual(new Date(at.toUpperCase()));
  });

  it('reads back every moment that it writes', () => {
    const moments = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true });
    fc.assert(fc.property(moments, (at) => expect(read(Whole, { word: 'abc', at: at.toISOString() }).at).toEqual(at)));
  });

  it.each([
    ...['0', '2026', '2026-06-21', '2026-06-21T00:00:00', '2026-02-31T00:00:00Z', '2026-13-01T00:00:00Z', '2023-02-29T12:00:00Z'],
    ...[
      '2026-06-21T24:00:00Z',
      '0000-01-01T00:00:00Z',
      '+020000-01-01T00:00:00Z',
      '-000001-01-01T00:00:00Z',
      'Sun, 21 Jun 2026 00:00:00 GMT',
    ],
    ...['9999-12-31T23:59:59-00:01', '0001-01-01T00:00:00+00:01', '1782000000', ''],
  ])('refuses the moment %j', (at) => {
    expect(faults({ word: 'abc', at })).toEqual([{ loc: ['at'], msg: expect.stringContaining('RFC 3339'), type: 'is_date' }]);
  });

  it.each([
    [{}, [['word']]],
    [{ word: 'x' }, [['word']]],
    [{ word: 'ABC' }, [['word']]],
    [{ word: 'abc', count: 11 }, [['count']]],
    [{ word: 'abc', count: 1.5 }, [['count']]],
    [{ word: 'abc', count: '1e9' }, [['count']]],
    [{ word: 'abc', count: null }, [['count']]],
    [{ word: 'abc', count: 1e20 }, [['count']]],
    [{ word: 'abc', sure: 'yes' }, [['sure']]],
    [{ word: 'abc', email: 'nope' }, [['email']]],
    [{ word: 'abc', letter: 'c' }, [['letter']]],
    [{ word: 'abc', at: 'tomorrow' }, [['at']]],
    [{ word: 'abc', bag: [] }, [['bag']]],
    [{ word: 'abc', part: { name: '' } }, [['part', 'name']]],
    [{ word: 'abc', part: 'x' }, [['part']]],
    [{ word: 'abc', parts: [{ name: 'x' }, {}] }, [['parts', 1, 'name']]],
    [{ word: 'abc', parts: [{ name: 'x' }, { name: 'y' }, { name: 'z' }] }, [['parts']]],
    [{ word: 'abc', texts: ['x', 1] }, [['texts']]],
    [{ word: 'abc', texts: ['x'.repeat(201)] }, [['texts']]],
    [{ word: 'abc', bag: { x: 'ü'.repeat(8_200) } }, [['bag']]],
    [{ word: 'abc', bags: [{ x: 'x'.repeat(9_000) }, { x: 'x'.repeat(9_000) }] }, [['bags']]],
    [[], [[]]],
    ['text', [[]]],
  ])('refuses %j and names the field', (json, where) => {
    expect(faults(json).map(({ loc }) => loc)).toEqual(where);
  });

  it('says that a field is missing', () => {
    expect(faults({})).toEqual([{ loc: ['word'], msg: 'Field required', type: 'missing' }]);
  });

  it('refuses a list that is too long, or in place of an object, without making anything of its items', () => {
    let made = 0;
    class Item {
      @Text() name!: string;
      constructor() {
        made++;
      }
    }
    class Outer {
      @List(() => Item, { max: 3 }) items!: Item[];
      @Optional() @Nested(() => Outer) within?: Outer;
    }
    const items = Array.from({ length: 1000 }, () => ({}));
    expect(() => read(Outer, { items, within: { items } })).toThrow(
      'items must contain no more than 3 elements","type":"array_max_size"},{"loc":["within","items"]',
    );
    expect(() => read(Outer, { items: [], within: items })).toThrow('within must be an object');
    expect(made).toBe(0);
  });

  it('is not led astray by a prototype in the input', () => {
    const json = JSON.parse('{"word":"abc","__proto__":{"count":9},"constructor":{"x":1}}') as unknown;
    expect(read(Whole, json)).toEqual({ word: 'abc', count: 3 });
  });
});

describe('an e-mail address', () => {
  const mailbox = (email: string) => read(Whole, { word: 'abc', email }).email;

  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['\t ada@example.com\r\n', 'ada@example.com'],
    ['ada+lists.x_1@sub.example.co.uk', 'ada+lists.x_1@sub.example.co.uk'],
    ['ada@Bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ada@пример.рф', 'ada@xn--e1afmkfd.xn--p1ai'],
    ['адa@example.com', 'адa@example.com'],
    ['josé@example.com', 'josé@example.com'],
  ])('%j is kept as %s', (typed, kept) => {
    expect(mailbox(typed)).toBe(kept);
  });

  it.each([
    'a@exampl\u212f.com',
    'a@\uff45xample.com',
    '\uff41@example.com',
    '\u212aate@example.com',
    'a@example\u3002com',
    'a@example\uff0ecom',
    'jose\u0301@example.com',
    'a@bu\u0308cher.example',
    'a\u200b@example.com',
    'a@exam\u200dple.com',
    '\ufeffa@example.com',
    'a@example.com\u2060',
    'a@exa\u00admple.com',
    'a\u202e@example.com',
    'a\u3164@example.com',
    'a\ufe0f@example.com',
    'a\u2800@example.com',
    'a\u0000@example.com',
    'a@example.com/x.com',
    'a@example.com?x.com',
    'a@exa%6dple.com',
    'a@127.0.0.1',
  ])('%j is refused, with the field and a sentence', (email) => {
    expect(faults({ word: 'abc', email })).toEqual([{ loc: ['email'], msg: expect.stringMatching(/^email \w+ \w+/), type: 'is_email' }]);
  });

  it('of any characters is refused or kept in a spelling that is read as itself', () => {
    const parts = fc.array(fc.oneof(fc.constantFrom(...'aZé.-ℯ。\u200bßİ'), fc.string({ unit: 'grapheme', maxLength: 1 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(parts, parts, (local, domain) => {
        const typed = `${local.join('')}@${domain.join('')}.com`;
        if (faults({ word: 'abc', email: typed }).length) return;
        const kept = mailbox(typed)!;
        expect(mailbox(kept)).toBe(kept);
        expect(kept.slice(kept.lastIndexOf('@'))).toMatch(/^@[a-z0-9.-]+$/);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('reviving an answer', () => {
  it('makes Dates of moments, also inside', () => {
    class Outer {
      @List(() => Whole) wholes!: Whole[];
    }
    const { wholes } = revive(Outer, { wholes: [{ word: 'abc', at: '2026-01-02T03:04:05Z' }] });
    expect(wholes[0]?.at).toBeInstanceOf(Date);
  });
});

describe('the schema of a class', () => {
  it('says each field once more, for documents and writers', () => {
    class Small {
      @Text({ max: 5, description: 'a word' }) word!: string;
      @Int({ min: 1 }) count: number = 3;
      @Nullable() @Instant() at!: Date | null;
      @Optional() @Nested(() => Part) part?: Part;
    }
    expect(schemaOf(Small, () => ({ $ref: '#/Part' }))).toEqual({
      type: 'object',
      title: 'Small',
      properties: {
        word: { type: 'string', maxLength: 5, description: 'a word' },
        count: { type: 'integer', minimum: 1, default: 3 },
        at: { type: ['string', 'null'], format: 'date-time' },
        part: { anyOf: [{ $ref: '#/Part' }, { type: 'null' }] },
      },
      required: ['word', 'at'],
    });
  });
});
