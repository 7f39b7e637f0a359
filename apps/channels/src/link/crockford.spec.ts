import { expect, it } from '@jest/globals';
import { codesIn, readCode, toCode } from './crockford.js';

it('a code has 40 bits, in eight characters that are hard to mistake', () => {
  expect(toCode(Buffer.from('0000000000', 'hex'))).toBe('0000-0000');
  expect(toCode(Buffer.from('ffffffffff00', 'hex'))).toBe('ZZZZ-ZZZZ');
  // 00001 00010 00011 00100 00101 00110 00111 01000
  expect(toCode(Buffer.from('08864298e8', 'hex'))).toBe('1234-5678');
  const codes = Array.from({ length: 1_000 }, (_, n) => toCode(Buffer.from(n.toString(16).padStart(10, '0'), 'hex')));
  expect(new Set(codes).size).toBe(1_000);
});

it('a code is read without hyphens, spaces and case, and letters that look like digits are these', () => {
  for (const text of ['7K3M-9QXD', '7k3m9qxd', ' 7K3M 9QXD ', '7-K-3-M-9-Q-X-D']) expect(readCode(text)).toBe('7K3M9QXD');
  expect(readCode('OILo-oilO')).toBe('01100110');
  for (const text of ['', '7K3M-9QX', '7K3M-9QXDD', 'UUUU-UUUU', '7K3M-9QX!', 'ＡＡＡＡＡＡＡＡ']) expect(readCode(text)).toBeUndefined();
});

it('codes are found in a message, and parts of longer words are none', () => {
  expect(codesIn('Link my account: 7K3M-9QXD')).toEqual(['7K3M9QXD']);
  expect(codesIn('7k3m9qxd, please.')).toEqual(['7K3M9QXD']);
  for (const text of ['7K3M-9QXDA', 'ä7K3M-9QXD', 'short', '', '12345678901234', 'training', 'this week'])
    expect(codesIn(text)).toEqual([]);
  expect(codesIn('AAAA-AAAA aaaa-aaaa BBBB-BBBB CCCC-CCCC DDDD-DDDD')).toEqual(['AAAAAAAA', 'BBBBBBBB', 'CCCCCCCC']);
});
