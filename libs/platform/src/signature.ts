import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Seconds by which the time in a signature may differ from ours. */
const WINDOW_S = 300;

/** Whether a time in seconds is now, give or take five minutes. `now` is in milliseconds. */
export const isLately = (at: string, now = Date.now()): boolean => /^\d{1,12}$/.test(at) && Math.abs(now / 1_000 - Number(at)) <= WINDOW_S;

/** HMAC-SHA256 of the parts, one after the other. */
export function macOf(secret: string, ...parts: (string | Buffer)[]): Buffer {
  const mac = createHmac('sha256', secret);
  for (const part of parts) mac.update(part);
  return mac.digest();
}

/**
 * Whether a header `t=<seconds>,v1=<hex>` has an HMAC of time, dot and body that was made lately. There may be several `v1`, as while a secret is changed.
 */
export function isStamped(secret: string, given: string | undefined, body: Buffer, now = Date.now()): boolean {
  const parts = (given ?? '').split(',').map((part) => part.trim().split('=', 2) as [string, string?]);
  const at = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!isLately(at, now)) return false;
  const mac = macOf(secret, `${at}.`, body);
  return parts.some(([name, value]) => name === 'v1' && isMac(mac, value));
}

/** Whether a header is the prefix and this HMAC in hexadecimal. Compares in constant time. */
export function isMac(mac: Buffer, given: string | undefined, prefix = ''): boolean {
  if (!given?.startsWith(prefix)) return false;
  const hex = given.slice(prefix.length).trim();
  return /^[0-9a-f]{64}$/i.test(hex) && timingSafeEqual(mac, Buffer.from(hex, 'hex'));
}

/** Whether two texts are the same. Compares in constant time, whatever their lengths. */
export const isSameSecret = (given: string, expected: string): boolean => timingSafeEqual(hashOf(given), hashOf(expected));

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest();
