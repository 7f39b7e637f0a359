import { expect, it } from '@jest/globals';
import { generateUserCode, parseUserCode, formatUserCode } from './user-code.js';

it('generates eight letters without vowels, and parses them however they are typed', () => {
  for (let n = 0; n < 200; n++) {
    const code = generateUserCode();
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(parseUserCode(` ${formatUserCode(code).toLowerCase().replace('-', ' – ')}\n`)).toBe(code);
  }
});
