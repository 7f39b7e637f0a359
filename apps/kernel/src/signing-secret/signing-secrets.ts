import { kernel } from '@skep/contracts/kernel';
import { Bus, Database, signatureHeaders, statement, validSecrets } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { SigningSecretEntity } from './signing-secret.entity.js';

/** Whose secret of which app it is. */
export type SigningSecretOwner = Pick<SigningSecretEntity, 'tenant_id' | 'developer_id' | 'app_id'>;
/** Of a webhook, or with '' of the functions on the developer's server. */
type SecretRef = SigningSecretOwner & Pick<SigningSecretEntity, 'webhook'>;

const OVERLAP = `interval '24 hours'`;
const PREFIX = 'whsec_';
const CACHE_MAX = 10_000;
/** How long a read secret signs at most. A rotation whose broadcast is lost takes effect within this time. */
const CACHE_TTL_MS = 2_000;

const SELECTED = 'tenant_id = :tenant_id and developer_id = :developer_id and app_id = :app_id and webhook = :webhook';
const ADD = statement(
  `insert into signing_secret (tenant_id, developer_id, app_id, webhook, secret)
   values (:tenant_id, :developer_id, :app_id, :webhook, :secret) on conflict do nothing`,
);
const FIND = statement(`select * from signing_secret where ${SELECTED}`, SigningSecretEntity);
const LOCK = statement(`select * from signing_secret where ${SELECTED} for update`, SigningSecretEntity);
const NOTE_SHOWN = statement(`update signing_secret set shown_at = now() where ${SELECTED}`);
const ROTATE = statement(
  `update signing_secret set secret = :secret, previous = :previous, previous_until = now() + ${OVERLAP}, rotated_at = now(), shown_at = now()
    where ${SELECTED} returning *`,
  SigningSecretEntity,
);

/**
 * Secrets of apps, in the form of Standard Webhooks: they verify what others send to a webhook, and sign what Skep sends to the server of a developer.
 * One exists from its first use on, and is shown once.
 */
@Injectable()
export class SigningSecrets {
  /** The secrets that have signed, by their owner. */
  private readonly signing = new LRUCache<string, SigningSecretEntity>({ max: CACHE_MAX, ttl: CACHE_TTL_MS });
  private changes = 0;

  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
  ) {
    bus.subscribe(kernel.signingSecretChanged, (owner) => this.forget(owner));
  }

  /** Shows a secret that was not shown yet, and else replaces it. The one before stays valid for a day. */
  async showOrRotate(ref: SecretRef): Promise<SigningSecretEntity> {
    const shown = await this.db.inTenant(ref.tenant_id, () =>
      this.db.transaction(async () => {
        await this.add(ref);
        const current = (await this.db.row(LOCK, { ...ref }))!;
        if (current.shown_at === null) {
          await this.db.rows(NOTE_SHOWN, { ...ref });
          return current;
        }
        const next = { ...ref, secret: newSecret(), previous: current.secret };
        return (await this.db.row(ROTATE, await this.db.sealed(SigningSecretEntity, next)))!;
      }),
    );
    const { tenant_id, developer_id, app_id } = ref;
    const owner = { tenant_id, developer_id, app_id };
    this.forget(owner);
    this.bus.broadcast(kernel.signingSecretChanged, owner);
    return shown;
  }

  list(owner: SigningSecretOwner): Promise<SigningSecretEntity[]> {
    const find = () => this.db.repository(SigningSecretEntity).find({ where: owner, order: { webhook: 'ASC' }, take: 1_000 });
    return this.db.inTenant(owner.tenant_id, find);
  }

  /** Whether a text is the secret of a webhook, compared in constant time. False if the webhook has none. */
  async isSecretOf(ref: SecretRef, text: string): Promise<boolean> {
    const found = await this.db.inTenant(ref.tenant_id, () => this.db.row(FIND, { ...ref }));
    const given = sha256(text);
    return validSecretsOf(found)
      .map((secret) => timingSafeEqual(sha256(secret), given))
      .includes(true);
  }

  /** The headers of Standard Webhooks for a body: one signature by each valid secret. */
  async sign(owner: SigningSecretOwner, id: string, body: string): Promise<Record<string, string>> {
    return signatureHeaders(id, validSecretsOf(await this.findSigning(owner)), body);
  }

  private async findSigning(owner: SigningSecretOwner): Promise<SigningSecretEntity> {
    const known = this.signing.get(keyOf(owner));
    if (known) return known;
    const { changes } = this;
    const start = performance.now();
    const found = await this.db.inTenant(owner.tenant_id, () => this.findOrAdd({ ...owner, webhook: '' }));
    // A row on its way during a rotation may be that of before it.
    if (changes === this.changes) this.signing.set(keyOf(owner), found, { start });
    return found;
  }

  private forget(owner: SigningSecretOwner): void {
    this.changes++;
    this.signing.delete(keyOf(owner));
  }

  private async findOrAdd(ref: SecretRef): Promise<SigningSecretEntity> {
    const found = await this.db.row(FIND, { ...ref });
    if (found) return found;
    await this.add(ref);
    return (await this.db.row(FIND, { ...ref }))!;
  }

  private async add(ref: SecretRef): Promise<void> {
    await this.db.rows(ADD, await this.db.sealed(SigningSecretEntity, { ...ref, secret: newSecret() }));
  }
}

const keyOf = ({ tenant_id, developer_id, app_id }: SigningSecretOwner): string => JSON.stringify([tenant_id, developer_id, app_id]);

const newSecret = (): string => PREFIX + randomBytes(32).toString('base64');

/** The newest one first. */
const validSecretsOf = (found: SigningSecretEntity | undefined): string[] =>
  found ? validSecrets(found.secret, found.previous, found.previous_until) : [];

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();
