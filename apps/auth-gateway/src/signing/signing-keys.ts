import { Conflict } from '@skep/contracts';
import { auth, type SigningKeyRotation } from '@skep/contracts/auth';
import { as, Bus, type Ctx, Database, statement } from '@skep/platform';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';
import { IsNull, Not } from 'typeorm';
import { Audit } from '../audit/audit.js';
import { AuthGatewayConfig } from '../auth-gateway.config.js';
import { PLATFORM_TENANT } from '../tenant/operator.js';
import { SigningKeyEntity } from './signing-key.entity.js';

/** The key that signs now. */
export interface ActiveKey {
  kid: string;
  privateKey: KeyObject;
}

const PUBLISHED = statement('select public_jwk from signing_key where expires_at is null or expires_at > now() order by created_at desc', {
  public_jwk: as<Record<string, unknown>>('jsonb'),
});
const ADD = statement(
  `insert into signing_key (kid, public_jwk, sealed_private_key, is_active, signs_from)
   values (:kid, :public_jwk, :sealed_private_key, :warm_up_seconds::float8 is null, now() + :warm_up_seconds::float8 * interval '1 second') returning signs_from`,
  { signs_from: 'timestamptz?' },
);
/** A pending key whose `signs_from` has passed. */
const PROMOTABLE_KEY = 'select from signing_key where signs_from <= now() and not is_active and expires_at is null';
const FIND_PROMOTABLE = statement(PROMOTABLE_KEY);
const RETIRE = statement(`
  update signing_key set is_active = false, expires_at = now() + :published_seconds * interval '1 second'
   where is_active and exists (${PROMOTABLE_KEY})`);
const PROMOTE = statement('update signing_key set is_active = true where signs_from <= now() and not is_active and expires_at is null');
/** `signs_from` is cleared so that a withdrawn pending key is never promoted. */
const WITHDRAW = statement(`
  update signing_key set is_active = false, signs_from = null, expires_at = now() where expires_at is null or expires_at > now()`);
const OLDEST = statement('select sealed_private_key as sealed from signing_key order by created_at limit 1', { sealed: 'bytea' });
/** Held until the transaction ends, so that only one of several instances creates the first key. */
const LOCK = statement('select pg_advisory_xact_lock(7517)');

/** Another instance may have promoted or withdrawn a key. */
const RELOAD_MS = 30_000;
/** Another instance may still sign with the old key for RELOAD_MS, and clocks differ. */
const GRACE_SECONDS = 60;

/** The keys that sign access tokens. They are stored encrypted in Postgres, so that all instances sign with the same one. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private current?: ActiveKey;
  private loadedAt = 0;
  private loading?: Promise<ActiveKey>;

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly config: AuthGatewayConfig,
    private readonly audit: Audit,
  ) {}

  async onModuleInit(): Promise<void> {
    this.bus.subscribe(auth.signingKeysChanged, () => this.invalidateCache());
    // Before the first signing key, so that an older one shows that release 0.1.0 created the database.
    const oldest = await this.db.row(OLDEST);
    await this.db.sealing.createDeriveKey(oldest && { purpose: 'signing key', sealed: oldest.sealed });
    await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      if (!(await this.findActive())) await this.generate();
    });
    await this.getActive();
  }

  /** The active key, cached for RELOAD_MS. */
  async getActive(): Promise<ActiveKey> {
    if (this.current && Date.now() - this.loadedAt < RELOAD_MS) return this.current;
    const loading = (this.loading ??= this.load());
    try {
      const key = await loading;
      if (this.loading === loading) [this.current, this.loadedAt] = [key, Date.now()];
      return key;
    } finally {
      if (this.loading === loading) this.loading = undefined;
    }
  }

  /** The public keys whose access tokens may still be valid. */
  async listPublished(): Promise<Record<string, unknown>[]> {
    return (await this.db.rows(PUBLISHED)).map(({ public_jwk }) => public_jwk);
  }

  /**
   * Creates a new key, which is published at once and signs after `warmUpSeconds`, when all caches of the JWKS contain it. The old key
   * stays published until the last token that it signed has expired.
   * @throws Problem `conflict` if another new key is pending
   */
  rotate(ctx: Ctx, warmUpSeconds: number): Promise<SigningKeyRotation> {
    return this.replace(ctx, 'signing_key.rotated', async () => {
      const pending = { is_active: false, signs_from: Not(IsNull()), expires_at: IsNull() };
      if (await this.db.repository(SigningKeyEntity).existsBy(pending)) throw Conflict('Another new key is pending already.');
      return this.generate(warmUpSeconds);
    });
  }

  /** For compromised keys: stops publishing all existing keys and creates a new one, which signs at once. */
  withdraw(ctx: Ctx): Promise<SigningKeyRotation> {
    return this.replace(ctx, 'signing_key.withdrawn', async () => {
      await this.db.rows(WITHDRAW);
      return this.generate();
    });
  }

  /** Notifies gateways and other instances, which would otherwise notice up to RELOAD_MS later. */
  private async replace(ctx: Ctx, action: string, create: () => Promise<SigningKeyRotation>): Promise<SigningKeyRotation> {
    const rotation = await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      const { kid, signs_from } = await create();
      const target = { target_type: 'signing_key', target_id: kid };
      await this.audit.record(ctx, { action, tenant_id: PLATFORM_TENANT, ...target, metadata: { signs_from } });
      return { kid, signs_from };
    });
    this.invalidateCache();
    this.bus.broadcast(auth.signingKeysChanged, {});
    return rotation;
  }

  /** Also discards a load in progress, which may have read the old state. */
  private invalidateCache(): void {
    this.loadedAt = 0;
    this.loading = undefined;
  }

  private async promoteDueKey(): Promise<void> {
    if (!(await this.db.row(FIND_PROMOTABLE))) return;
    await this.db.transaction(async () => {
      await this.db.rows(LOCK);
      await this.db.rows(RETIRE, { published_seconds: this.config.ACCESS_TOKEN_SECONDS + GRACE_SECONDS });
      await this.db.rows(PROMOTE);
    });
  }

  private async load(): Promise<ActiveKey> {
    await this.promoteDueKey();
    const row = await this.findActive();
    if (!row) throw new Error('no active signing key');
    if (row.kid === this.current?.kid) return this.current;
    return { kid: row.kid, privateKey: createPrivateKey(row.sealed_private_key) };
  }

  private findActive(): Promise<SigningKeyEntity | null> {
    return this.db.repository(SigningKeyEntity).findOneBy({ is_active: true });
  }

  /** Creates a pending key or, without `warmUpSeconds`, the active one. */
  private async generate(warmUpSeconds?: number): Promise<SigningKeyRotation> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 });
    const publicJwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(publicJwk);
    const jwk = { ...publicJwk, kid, alg: 'RS256', use: 'sig' };
    const sealed_private_key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const values = await this.db.sealed(SigningKeyEntity, { kid, public_jwk: jwk, sealed_private_key });
    const row = await this.db.row(ADD, { ...values, warm_up_seconds: warmUpSeconds });
    return { kid, signs_from: row?.signs_from ?? new Date() };
  }
}
