import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

const STEP_SECONDS = 30;
const DIGITS = 6;
/** RFC 4226 §4: 160 bits. */
const SECRET_BYTES = 20;
/** How many steps a telephone's clock may be off, either way (RFC 6238 §5.2). */
const SKEW = 1;

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const newTotpSecret = (): Buffer => randomBytes(SECRET_BYTES);

/** RFC 4648 §6, without padding, as authenticator apps take it. */
export function base32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** RFC 6238 §4.2: which step a moment, in milliseconds since 1970, belongs to. */
export const stepAt = (ms: number): number => Math.floor(ms / 1000 / STEP_SECONDS);

/** The code of a step: HOTP with HMAC-SHA-1 (RFC 4226 §5.3), which is what every authenticator app speaks. */
export function totpCode(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const number = digest.readUInt32BE(digest[digest.length - 1]! & 0xf) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step near this moment that the code belongs to, if any; of steps up to `last` none counts any more. */
export function stepOf(secret: Buffer, code: string, ms: number, last: number | null): number | undefined {
  const now = stepAt(ms);
  let found: number | undefined;
  for (let step = now - SKEW; step <= now + SKEW; step++) {
    const fits = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code));
    if (fits && step > (last ?? -1)) found = step;
  }
  return found;
}

/** What a QR code holds: https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function otpauthUrl(secret: Buffer, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
}
