import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { decrypt, encrypt } from './cipher.js';

/** Derives a key (HKDF-SHA-256, RFC 5869). @param purpose keys of different purposes are independent */
export const deriveKey = (key: Buffer, purpose: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));

/** One key of SKEP_ENCRYPTION_KEY. */
class EncryptionKey {
  /** Names the key in the database, and says nothing about it. */
  readonly id: string;
  private readonly key: KeyObject;

  /** @param service its keys cannot be opened in the database of another one */
  constructor(
    readonly bytes: Buffer,
    service: string,
  ) {
    this.id = deriveKey(bytes, 'skep: key id').export().subarray(0, 8).toString('hex');
    this.key = deriveKey(bytes, `skep ${service}: tenant keys`);
  }

  wrap = (key: Buffer, context: string): Buffer => encrypt(this.key, key, context);
  unwrap = (sealed: Buffer, context: string): Buffer => decrypt(this.key, sealed, context);
}

/** The keys of SKEP_ENCRYPTION_KEY: the first one seals tenant keys, and all of them open what they sealed. */
export class EncryptionKeys {
  readonly all: readonly EncryptionKey[];
  readonly first: EncryptionKey;

  /** @param setting base64url, separated by commas */
  constructor(setting: string, service: string) {
    this.all = setting.split(',').map((text) => new EncryptionKey(Buffer.from(text, 'base64url'), service));
    this.first = this.all[0]!;
  }

  find(id: string): EncryptionKey | undefined {
    return this.all.find((key) => key.id === id);
  }
}
