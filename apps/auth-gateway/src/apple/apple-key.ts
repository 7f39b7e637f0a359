import { createPrivateKey, type KeyObject } from 'node:crypto';

/**
 * Reads the key for Sign in with Apple.
 * @param text the .p8 file (PKCS #8), as it is, as base64, or with `\n` for line breaks
 * @throws Error that says what it must be, without the key
 */
export function parseAppleKey(text: string): KeyObject {
  const pem = text.includes('-----') ? text.replaceAll('\\n', '\n') : Buffer.from(text, 'base64').toString();
  const key = read(pem);
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new Error('must be the .p8 file of a key for Sign in with Apple (P-256)');
  return key;
}

function read(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
