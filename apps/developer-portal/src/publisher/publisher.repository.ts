import { portal, PublisherProofNotFound } from '@skep/contracts/portal';
import { type Ctx, Database, Outbox, runKind, Schedules } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { PublisherProofEntity } from './publisher-proof.entity.js';

const DAY_MS = 86_400_000;
const MONTH_MS = 30 * DAY_MS;
/** The pause between two checks of a website that fails. */
export const PAUSE_MS = DAY_MS;
/** The schedule of a developer that checks their website. */
const SCHEDULE = 'publisher';

/** Checks a proven website again. The token names the proof: another website has another one. */
export const CHECK_PUBLISHER = runKind<{ token: string; due_at?: string }>('publisher.check', { deadlineMs: 7 * DAY_MS });

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** The websites of developers. All changes of what is proven are events. */
@Injectable()
export class PublisherRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly schedules: Schedules,
  ) {}

  find({ tenant, user }: Owner): Promise<PublisherProofEntity | null> {
    return this.proofs.findOneBy({ tenant_id: tenant, developer_id: user });
  }

  /** @throws PublisherProofNotFound */
  async get(ctx: Owner): Promise<PublisherProofEntity> {
    const proof = await this.find(ctx);
    if (!proof) throw PublisherProofNotFound();
    return proof;
  }

  /** Replaces the website, unless it is the same. */
  start(ctx: Ctx, website: string): Promise<PublisherProofEntity> {
    return this.db.transaction(async () => {
      const before = await this.lock(ctx);
      if (before?.website === website) return before;
      if (before) await this.lose(ctx, before);
      const token = `skep-publisher=${randomBytes(24).toString('base64url')}`;
      await this.proofs.upsert(
        { tenant_id: ctx.tenant, developer_id: ctx.user, website, token, verified_at: null, checked_at: null, failure: null },
        ['tenant_id', 'developer_id'],
      );
      return this.get(ctx);
    });
  }

  remove(ctx: Ctx): Promise<PublisherProofEntity> {
    return this.db.transaction(async () => {
      const proof = await this.lock(ctx);
      if (!proof) throw PublisherProofNotFound();
      await this.lose(ctx, proof);
      await this.proofs.delete(keyOf(proof));
      return { ...proof, verified_at: null };
    });
  }

  /** Stores the result of a check of a token. A success proves the website; a failure changes nothing else. No effect if it was replaced meanwhile. */
  async save(ctx: Ctx, token: string, failure: string | undefined): Promise<void> {
    await this.db.transaction(async () => {
      const proof = await this.lock(ctx);
      if (proof?.token !== token) return;
      const checked = { checked_at: new Date(), failure: failure ?? null };
      const isNew = failure === undefined && !proof.verified_at;
      await this.proofs.update(keyOf(proof), { ...checked, ...(isNew && { verified_at: checked.checked_at }) });
      if (!isNew) return;
      await this.schedules.set(ctx, { key: SCHEDULE, kind: CHECK_PUBLISHER, input: { token }, timing: { every_ms: MONTH_MS } });
      await this.publish(ctx, proof, proof.website);
    });
  }

  /** Takes the mark of a website away, unless it was replaced meanwhile. */
  async loseIfCurrent(ctx: Ctx, token: string): Promise<void> {
    const proof = await this.lock(ctx);
    if (proof?.token === token) await this.lose(ctx, proof);
  }

  private async lose(ctx: Ctx, proof: PublisherProofEntity): Promise<void> {
    if (!proof.verified_at) return;
    await this.proofs.update(keyOf(proof), { verified_at: null });
    await this.schedules.remove(ctx, SCHEDULE);
    await this.publish(ctx, proof, null);
  }

  private publish(ctx: Ctx, { tenant_id, developer_id }: PublisherProofEntity, website: string | null): Promise<void> {
    return this.outbox.add(portal.publisherChanged, ctx, { tenant_id, developer_id, website, changed_at: new Date() });
  }

  private lock({ tenant, user }: Owner): Promise<PublisherProofEntity | null> {
    return this.proofs.findOne({ where: { tenant_id: tenant, developer_id: user }, lock: { mode: 'pessimistic_write' } });
  }

  private get proofs() {
    return this.db.repository(PublisherProofEntity);
  }
}

const keyOf = ({ tenant_id, developer_id }: PublisherProofEntity) => ({ tenant_id, developer_id });
