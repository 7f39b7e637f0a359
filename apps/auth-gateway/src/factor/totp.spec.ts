import { describe, expect, it } from '@jest/globals';
import { generateRecoveryCodes, parseRecoveryCode, formatRecoveryCode } from './recovery-codes.js';
import { toBase32, generateTotpSecret, buildOtpauthUrl, stepAt, findMatchingStep, totpCode } from './totp.js';

/** RFC 6238 Appendix B. Its codes have eight digits; ours are the last six. */
const SECRET = Buffer.from('12345678901234567890');
const VECTORS = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
] as const;

describe('a TOTP code', () => {
  it.each(VECTORS)('at %d s matches RFC 6238', (seconds, code) => {
    expect(totpCode(SECRET, stepAt(seconds * 1000))).toBe(code.slice(2));
  });

  it('may be one step early or late, and not of an already used step', () => {
    const now = 1_800_000_000_000;
    const at = (step: number) => totpCode(SECRET, stepAt(now) + step);
    for (const step of [-1, 0, 1]) expect(findMatchingStep(SECRET, at(step), now, null)).toBe(stepAt(now) + step);
    for (const step of [-2, 2]) expect(findMatchingStep(SECRET, at(step), now, null)).toBeUndefined();
    expect(findMatchingStep(SECRET, at(0), now, stepAt(now))).toBeUndefined();
    expect(findMatchingStep(SECRET, at(-1), now, stepAt(now))).toBeUndefined();
    expect(findMatchingStep(SECRET, at(1), now, stepAt(now))).toBe(stepAt(now) + 1);
  });

  it('has a secret in base32 as in RFC 4648', () => {
    for (const [plain, encoded] of [
      ['', ''],
      ['f', 'MY'],
      ['fo', 'MZXQ'],
      ['foo', 'MZXW6'],
      ['foob', 'MZXW6YQ'],
      ['fooba', 'MZXW6YTB'],
      ['foobar', 'MZXW6YTBOI'],
    ])
      expect(toBase32(Buffer.from(plain!))).toBe(encoded);
    expect(toBase32(generateTotpSecret())).toMatch(/^[A-Z2-7]{32}$/);
    const { protocol, pathname, searchParams } = new URL(buildOtpauthUrl(SECRET, 'Skep', 'a+b@example.com'));
    expect([protocol, decodeURIComponent(pathname), searchParams.get('secret'), searchParams.get('issuer')]).toEqual([
      'otpauth:',
      '/Skep:a+b@example.com',
      toBase32(SECRET),
      'Skep',
    ]);
  });
});

it('generates ten different recovery codes, and parses them however they are typed', () => {
  const codes = generateRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) {
    expect(formatRecoveryCode(code)).toMatch(/^[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}$/);
    const mistyped = formatRecoveryCode(code).toLowerCase().replace('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l');
    expect(parseRecoveryCode(` ${mistyped}\n`)).toBe(code);
  }
});
