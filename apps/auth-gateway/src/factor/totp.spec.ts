import { describe, expect, it } from '@jest/globals';
import { newRecoveryCodes, readRecoveryCode, shownRecoveryCode } from './recovery-codes.js';
import { base32, newTotpSecret, otpauthUrl, stepAt, stepOf, totpCode } from './totp.js';

/** RFC 6238 Appendix B, whose codes have eight digits: the last six of them are ours. */
const SECRET = Buffer.from('12345678901234567890');
const VECTORS = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
] as const;

describe('a code of an authenticator app', () => {
  it.each(VECTORS)('at %d s is that of RFC 6238', (seconds, code) => {
    expect(totpCode(SECRET, stepAt(seconds * 1000))).toBe(code.slice(2));
  });

  it('may be one step old or early and no more, and none up to the last one taken counts', () => {
    const now = 1_800_000_000_000;
    const at = (step: number) => totpCode(SECRET, stepAt(now) + step);
    for (const step of [-1, 0, 1]) expect(stepOf(SECRET, at(step), now, null)).toBe(stepAt(now) + step);
    for (const step of [-2, 2]) expect(stepOf(SECRET, at(step), now, null)).toBeUndefined();
    expect(stepOf(SECRET, at(0), now, stepAt(now))).toBeUndefined();
    expect(stepOf(SECRET, at(-1), now, stepAt(now))).toBeUndefined();
    expect(stepOf(SECRET, at(1), now, stepAt(now))).toBe(stepAt(now) + 1);
  });

  it('comes of a secret that is written as RFC 4648 has it', () => {
    for (const [plain, written] of [
      ['', ''],
      ['f', 'MY'],
      ['fo', 'MZXQ'],
      ['foo', 'MZXW6'],
      ['foob', 'MZXW6YQ'],
      ['fooba', 'MZXW6YTB'],
      ['foobar', 'MZXW6YTBOI'],
    ])
      expect(base32(Buffer.from(plain!))).toBe(written);
    expect(base32(newTotpSecret())).toMatch(/^[A-Z2-7]{32}$/);
    const { protocol, pathname, searchParams } = new URL(otpauthUrl(SECRET, 'Skep', 'a+b@example.com'));
    expect([protocol, decodeURIComponent(pathname), searchParams.get('secret'), searchParams.get('issuer')]).toEqual([
      'otpauth:',
      '/Skep:a+b@example.com',
      base32(SECRET),
      'Skep',
    ]);
  });
});

it('ten recovery codes differ, and survive being typed in badly', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) {
    expect(shownRecoveryCode(code)).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    const badly = shownRecoveryCode(code).toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(readRecoveryCode(` ${badly}\n`)).toBe(code);
  }
});
