import { Database, statement } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Vault } from '../secrets/vault.js';

export interface ActiveKey {
  kid: string;
  privateKey: KeyObject;
}

const ACTIVE = statement<{ kid: string; sealed_private_key: Buffer }>('select kid, sealed_private_key from signing_key where is_active');
const PUBLISHED = statement<{ public_jwk: Record<string, unknown> }>(
  'select public_jwk from signing_key where expires_at is null or expires_at > now() order by created_at desc',
);
const ADD = statement('insert into signing_key (kid, public_jwk, sealed_private_key, is_active) values ($1, $2, $3, true)');
/** Held until the transaction ends, so that of several instances one makes the first key. */
const LOCK = statement('select pg_advisory_xact_lock(7517)');

/** Another instance may have made another key the active one. */
const LOOK_AGAIN_MS = 30_000;

/** The keys that sign access tokens. They live in Postgres, sealed: every instance signs with the same one, also after a restart. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private current?: ActiveKey;
  private readAt = 0;
  private reading?: Promise<ActiveKey>;

  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      if (!(await this.db.row(ACTIVE))) await this.generate();
    });
    await this.active();
  }

  /** The key that signs now. */
  async active(): Promise<ActiveKey> {
    if (this.current && Date.now() - this.readAt < LOOK_AGAIN_MS) return this.current;
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** The public halves of every key whose tokens may still be alive. */
  async published(): Promise<Record<string, unknown>[]> {
    return (await this.db.rows(PUBLISHED)).map(({ public_jwk }) => public_jwk);
  }

  private async read(): Promise<ActiveKey> {
    const row = await this.db.row(ACTIVE);
    if (!row) throw new Error('there is no active signing key');
    if (row.kid !== this.current?.kid) this.current = { kid: row.kid, privateKey: this.unseal(row.sealed_private_key) };
    this.readAt = Date.now();
    return this.current;
  }

  private unseal(sealed: Buffer): KeyObject {
    let pem: string;
    try {
      pem = this.vault.open('signing key', sealed);
    } catch {
      throw new Error('SKEP_ENCRYPTION_KEY does not open the signing key in this database: it is not the key that sealed it.');
    }
    return createPrivateKey(pem);
  }

  private async generate(): Promise<void> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = this.vault.seal('signing key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    await this.db.rows(ADD, [kid, { ...jwk, kid, alg: 'RS256', use: 'sig' }, sealed]);
  }
}
