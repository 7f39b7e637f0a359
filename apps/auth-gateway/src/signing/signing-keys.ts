import { auth, Conflict, type SigningKeyRotation } from '@skep/contracts';
import { Bus, type Ctx, Database, statement } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { Audit, PLATFORM } from '../audit/audit.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { Vault } from '../secrets/vault.js';

export interface ActiveKey {
  kid: string;
  privateKey: KeyObject;
}

const ACTIVE = statement<{ kid: string; sealed_private_key: Buffer }>('select kid, sealed_private_key from signing_key where is_active');
const PUBLISHED = statement<{ public_jwk: Record<string, unknown> }>(
  'select public_jwk from signing_key where expires_at is null or expires_at > now() order by created_at desc',
);
const ADD = statement<{ signs_from: Date }>(`
  insert into signing_key (kid, public_jwk, sealed_private_key, is_active, signs_from)
  values ($1, $2, $3, $4::float8 is null, now() + $4::float8 * interval '1 second') returning signs_from`);
/** Its turn has come. */
const TURN = 'select from signing_key where signs_from <= now() and not is_active and expires_at is null';
const WAITING = statement('select from signing_key where signs_from is not null and not is_active and expires_at is null');
const DUE = statement(TURN);
const RETIRE = statement(`
  update signing_key set is_active = false, expires_at = now() + $1 * interval '1 second'
   where is_active and exists (${TURN})`);
const PROMOTE = statement('update signing_key set is_active = true where signs_from <= now() and not is_active and expires_at is null');
/** Active or waiting, the time for its turn has no meaning any more. */
const WITHDRAW = statement(`
  update signing_key set is_active = false, signs_from = null, expires_at = now() where expires_at is null or expires_at > now()`);
/** Held until the transaction ends, so that of several instances one makes the first key. */
const LOCK = statement('select pg_advisory_xact_lock(7517)');

/** Another instance may have made another key the active one. */
const LOOK_AGAIN_MS = 30_000;
/** Another instance may sign with the old key for a while, and clocks differ. */
const GRACE_SECONDS = 60;

/** The keys that sign access tokens. They live in Postgres, sealed: every instance signs with the same one, also after a restart. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private current?: ActiveKey;
  private readAt = 0;
  private reading?: Promise<ActiveKey>;

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly vault: Vault,
    private readonly config: AuthGatewayConfig,
    private readonly audit: Audit,
  ) {}

  async onModuleInit(): Promise<void> {
    this.bus.subscribe(auth.signingKeysChanged, () => this.forget());
    await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      if (!(await this.db.row(ACTIVE))) await this.generate();
    });
    await this.active();
  }

  /** The key that signs now. */
  async active(): Promise<ActiveKey> {
    if (this.current && Date.now() - this.readAt < LOOK_AGAIN_MS) return this.current;
    const reading = (this.reading ??= this.read());
    try {
      const key = await reading;
      if (this.reading === reading) [this.current, this.readAt] = [key, Date.now()];
      return key;
    } finally {
      if (this.reading === reading) this.reading = undefined;
    }
  }

  /** The public halves of every key whose tokens may still be alive. */
  async published(): Promise<Record<string, unknown>[]> {
    return (await this.db.rows(PUBLISHED)).map(({ public_jwk }) => public_jwk);
  }

  /**
   * Makes a new key, which is published at once and signs after `warmUp` seconds, when everybody who keeps the JWKS has it. The
   * old one stays published until the last token it signed has ended.
   * @throws Problem `conflict` while another one waits for its turn
   */
  rotate(ctx: Ctx, warmUp: number): Promise<SigningKeyRotation> {
    return this.replace(ctx, 'signing_key.rotated', async () => {
      if (await this.db.row(WAITING)) throw Conflict('A new key waits for its turn already.');
      return this.generate(warmUp);
    });
  }

  /** Somebody else may have the private keys: none of them is published any more, and a new one signs at once. */
  withdraw(ctx: Ctx): Promise<SigningKeyRotation> {
    return this.replace(ctx, 'signing_key.withdrawn', async () => {
      await this.db.rows(WITHDRAW);
      return this.generate();
    });
  }

  /** Also tells the gateways and the other instances, who would find out by themselves a little later. */
  private async replace(ctx: Ctx, action: string, make: () => Promise<SigningKeyRotation>): Promise<SigningKeyRotation> {
    const made = await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      const { kid, signs_from } = await make();
      const target = { target_type: 'signing_key', target_id: kid };
      await this.audit.record(ctx, { action, tenant_id: PLATFORM, ...target, metadata: { signs_from } });
      return { kid, signs_from };
    });
    this.forget();
    this.bus.broadcast(auth.signingKeysChanged, {});
    return made;
  }

  /** Also a reading that is under way may have seen what was before. */
  private forget(): void {
    this.readAt = 0;
    this.reading = undefined;
  }

  private async promote(): Promise<void> {
    if (!(await this.db.row(DUE))) return;
    await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      await this.db.rows(RETIRE, [this.config.ACCESS_TOKEN_SECONDS + GRACE_SECONDS]);
      await this.db.rows(PROMOTE);
    });
  }

  private async read(): Promise<ActiveKey> {
    await this.promote();
    const row = await this.db.row(ACTIVE);
    if (!row) throw new Error('there is no active signing key');
    if (row.kid === this.current?.kid) return this.current;
    return { kid: row.kid, privateKey: this.unseal(row.sealed_private_key) };
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

  /** One without a time for its turn is the active one. */
  private async generate(warmUp: number | null = null): Promise<SigningKeyRotation> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = this.vault.seal('signing key', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    const row = await this.db.row(ADD, [kid, { ...jwk, kid, alg: 'RS256', use: 'sig' }, sealed, warmUp]);
    return { kid, signs_from: row?.signs_from ?? new Date() };
  }
}
