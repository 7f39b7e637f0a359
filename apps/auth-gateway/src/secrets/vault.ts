import { Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject, randomBytes } from 'node:crypto';
import { AuthGatewayConfig } from '../auth-gateway.config.js';

/** Each purpose has its own key, so that data encrypted for one purpose cannot be decrypted for another. */
type Purpose = 'signing key' | 'mail' | 'refresh token' | 'totp secret' | 'recovery code';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Encrypts (AES-256-GCM) and derives (HMAC-SHA-256) with keys that HKDF (RFC 5869) derives from SKEP_ENCRYPTION_KEY. */
@Injectable()
export class Vault {
  private readonly keys = new Map<Purpose, KeyObject>();
  private readonly master: Buffer;

  constructor(config: AuthGatewayConfig) {
    this.master = Buffer.from(config.SKEP_ENCRYPTION_KEY, 'base64url');
  }

  /** Encrypts. Returns nonce, tag and ciphertext. */
  seal(purpose: Purpose, plain: string): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.key(purpose), nonce);
    const text = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), text]);
  }

  /** Decrypts. @throws Error if the data was encrypted with another key or for another purpose, or was altered */
  open(purpose: Purpose, sealed: Buffer): string {
    const nonce = sealed.subarray(0, NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', this.key(purpose), nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]).toString('utf8');
  }

  /** Returns 32 bytes that depend on the key, the purpose and the text; the same input gives the same bytes. */
  derive(purpose: Purpose, from: string): Buffer {
    return createHmac('sha256', this.key(purpose)).update(from).digest();
  }

  private key(purpose: Purpose): KeyObject {
    let key = this.keys.get(purpose);
    if (!key)
      this.keys.set(purpose, (key = createSecretKey(Buffer.from(hkdfSync('sha256', this.master, '', `skep auth: ${purpose}`, 32)))));
    return key;
  }
}
