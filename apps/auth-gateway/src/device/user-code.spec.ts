import { expect, it } from '@jest/globals';
import { newUserCode, readUserCode, shownUserCode } from './user-code.js';

it('is eight letters without vowels, and survives being typed in badly', () => {
  for (let n = 0; n < 200; n++) {
    const code = newUserCode();
    expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    expect(readUserCode(` ${shownUserCode(code).toLowerCase().replace('-', ' – ')}\n`)).toBe(code);
  }
});
