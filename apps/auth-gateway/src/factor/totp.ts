import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_SECONDS = 30;
const DIGITS = 6;
/** RFC 4226 §4: 160 bits. */
const SECRET_BYTES = 20;
/** Accepted clock difference of the device, in steps either way (RFC 6238 §5.2). */
const MAX_SKEW_STEPS = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Generates the shared secret of an authenticator app. */
export const generateTotpSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** RFC 4648 §6, without padding, as authenticator apps expect it. */
export function toBase32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** The time step (RFC 6238 §4.2) of a time in milliseconds since 1970. */
export const stepAt = (ms: number): number => Math.floor(ms / 1000 / STEP_SECONDS);

/** The code of a step: HOTP with HMAC-SHA-1 (RFC 4226 §5.3), which every authenticator app supports. */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const number = digest.readUInt32BE(digest[digest.length - 1]! & 0xf) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step near the time `ms` whose code this is. Undefined if there is none after `last_step`. */
export function findMatchingStep(secret: Buffer, code: string, ms: number, last_step: number | null): number | undefined {
  const now = stepAt(ms);
  let found: number | undefined;
  for (let step = now - MAX_SKEW_STEPS; step <= now + MAX_SKEW_STEPS; step++) {
    const matches = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code));
    if (matches && step > (last_step ?? -1)) found = step;
  }
  return found;
}

/** The content of the QR code: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function buildOtpauthUrl(secret: Buffer, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${toBase32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}
