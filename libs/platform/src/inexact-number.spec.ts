import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findInexactNumber } from './inexact-number.js';

const inList = (number: string) => findInexactNumber(`{"a":[true,{"n":${number}}],"s":"9007199254740993"}`);

describe('a number in JSON', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890',
    '9007199254740993.0',
    '9007199254740.993e3',
    '1e400',
    '-1e400',
    '1e-400',
  ])('%s, which JavaScript would change, is reported with its location', (number) => {
    expect(inList(number)).toEqual({ loc: ['a', 1, 'n'], msg: expect.stringContaining(number), type: 'number_inexact' });
  });

  it.each([
    '9007199254740992',
    '1e20',
    '1.5E+300',
    '0',
    '-0',
    '0.0',
    '0e5',
    '0.1',
    '0.1000000000000000055511',
    '100000000000000000000',
    '1.0',
    '2.5e-10',
  ])('%s is accepted', (number) => {
    expect(inList(number)).toBeUndefined();
  });

  it('is accepted as JavaScript writes it', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(doubles, (number) => findInexactNumber(JSON.stringify([number])) === undefined));
  });

  it('is reported exactly if JavaScript would round it to another integer', () => {
    const integers = fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n });
    fc.assert(fc.property(integers, (n) => (findInexactNumber(`[${n}]`) === undefined) === (decimalOf(Number(n)) === n)));
  });

  it('is not searched for in strings', () => {
    expect(findInexactNumber('{"id":"12345678901234567890","e":"1e400","\\"9007199254740993":1}')).toBeUndefined();
  });
});

/** The integer that JavaScript writes for a double: its shortest digits, filled up with zeros. */
function decimalOf(double: number): bigint {
  const [digits = '', power = '0'] = String(double).replace('.', '').split('e');
  const fraction = /\.(\d+)/.exec(String(double))?.[1]?.length ?? 0;
  return BigInt(digits) * 10n ** BigInt(Number(power) - (power === '0' ? 0 : fraction));
}
