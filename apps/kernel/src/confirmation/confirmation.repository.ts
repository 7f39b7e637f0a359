import { Forbidden, TooManyRequests } from '@skep/contracts';
import { type CallResult, ConfirmationClosed, ConfirmationNotFound, type ConfirmationStatus } from '@skep/contracts/kernel';
import { type Ctx, Database, runKind, Runs, statement, traceId } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { FeedRepository } from '../feed/feed.repository.js';
import { newId } from '../id.js';
import { ConfirmationEntity } from './confirmation.entity.js';

const PENDING_MAX = 100;
/** When a run looks whether a confirmed call has finished: once the lease of a process that died is over. */
const FINISH_AFTER_MS = 10_000;

export interface ConfirmationRun {
  confirmation_id: string;
}
/** Notes that a confirmation has expired. */
export const expireConfirmation = runKind<ConfirmationRun>('confirmation.expire', { deadlineMs: 30 * 86_400_000 });
/** Finishes a confirmed call whose process died. */
export const finishConfirmedCall = runKind<ConfirmationRun>('confirmation.finish', { retries: 8, deadlineMs: 3_600_000 });

export type NewConfirmation = Omit<
  ConfirmationEntity,
  'id' | 'tenant_id' | 'user_id' | 'status' | 'trace_id' | 'cause_id' | 'created_at' | 'decided_at' | 'result'
>;

const DECIDE = statement(
  `update confirmation set status = :status, decided_at = now()
    where id = :id and user_id = :user and tenant_id = :tenant and status = 'pending' and expires_at > now() returning *`,
  ConfirmationEntity,
);
const EXPIRE = statement(
  `update confirmation set status = 'expired', decided_at = expires_at where id = :id and status = 'pending' and expires_at <= now() returning *`,
  ConfirmationEntity,
);

/** The confirmations of users. Those of other users are not found. */
@Injectable()
export class ConfirmationRepository {
  constructor(
    private readonly db: Database,
    private readonly feed: FeedRepository,
    private readonly runs: Runs,
  ) {}

  /** In a transaction. Concurrent ones may exceed the maximum by one each. @throws Problem `too_many_requests` */
  async create(ctx: Ctx, asked: NewConfirmation): Promise<ConfirmationEntity> {
    const confirmations = this.db.repository(ConfirmationEntity);
    const owner = { tenant_id: ctx.tenant, user_id: ctx.user };
    const waiting = await confirmations.countBy({ ...owner, status: 'pending', expires_at: MoreThan(new Date()) });
    if (waiting >= PENDING_MAX)
      throw TooManyRequests(`${PENDING_MAX} calls wait for your confirmation, the maximum. Confirm or cancel some first.`);
    const id = newId('conf');
    const created: ConfirmationEntity = {
      ...{ ...asked, ...owner, id, status: 'pending', created_at: new Date(), decided_at: null, result: null },
      ...{ trace_id: traceId(ctx), cause_id: ctx.cause ?? null },
    };
    await confirmations.insert(created);
    await this.runs.start(expireConfirmation, ctx, { confirmation_id: id }, { key: id, at: asked.expires_at });
    await this.announce(created);
    return created;
  }

  /** The newest ones that wait. */
  listActive({ tenant, user }: Ctx): Promise<ConfirmationEntity[]> {
    return this.db.repository(ConfirmationEntity).find({
      where: { tenant_id: tenant, user_id: user, status: 'pending', expires_at: MoreThan(new Date()) },
      order: { created_at: 'desc' },
      take: PENDING_MAX,
    });
  }

  /** @throws Problem `confirmation_not_found` */
  async find({ tenant, user }: Ctx, id: string): Promise<ConfirmationEntity> {
    const found = await this.db.repository(ConfirmationEntity).findOneBy({ id, tenant_id: tenant, user_id: user });
    if (!found) throw ConfirmationNotFound();
    return found;
  }

  /**
   * Idempotent. From here on a run sees to it that the call finishes.
   * @throws Problem `confirmation_not_found`, `confirmation_closed`; `forbidden` if what affects money is confirmed by anyone but its user
   */
  confirm(ctx: Ctx, id: string): Promise<ConfirmationEntity> {
    return this.decide(ctx, id, 'confirmed', async ({ kind }) => {
      if (kind === 'panel_approval_required' && ctx.actor !== 'user')
        throw Forbidden('This call affects what its user pays. Only they can confirm it, signed in: no service does it for them.');
      const at = new Date(Date.now() + FINISH_AFTER_MS);
      await this.runs.start(finishConfirmedCall, ctx, { confirmation_id: id }, { key: id, at });
    });
  }

  /** Idempotent. @throws Problem `confirmation_not_found`, `confirmation_closed` */
  cancel(ctx: Ctx, id: string): Promise<ConfirmationEntity> {
    return this.decide(ctx, id, 'cancelled');
  }

  /** Notes that its time is over, if it still waits. */
  async expire(id: string): Promise<void> {
    const expired = await this.db.row(EXPIRE, { id });
    if (expired) await this.announce(expired);
  }

  /** Keeps the result of a confirmed call; the first one counts. */
  async finish({ id, tenant_id }: ConfirmationEntity, result: CallResult): Promise<void> {
    await this.db.repository(ConfirmationEntity).update({ id, tenant_id, result: IsNull() }, { result: JSON.stringify(result) });
  }

  private decide(
    ctx: Ctx,
    id: string,
    status: ConfirmationStatus,
    andThen?: (decided: ConfirmationEntity) => Promise<void>,
  ): Promise<ConfirmationEntity> {
    return this.db.transaction(async () => {
      const decided = await this.db.row(DECIDE, { id, tenant: ctx.tenant, user: ctx.user, status });
      if (!decided) return this.findDecided(ctx, id, status);
      await andThen?.(decided);
      await this.announce(decided);
      return decided;
    });
  }

  private async findDecided(ctx: Ctx, id: string, status: ConfirmationStatus): Promise<ConfirmationEntity> {
    const found = await this.find(ctx, id);
    const now = statusOf(found);
    if (now !== status) throw ConfirmationClosed(now === 'expired' ? 'This confirmation has expired.' : `This confirmation was ${now}.`);
    return found;
  }

  private async announce(confirmation: ConfirmationEntity): Promise<void> {
    const { id, tenant_id, user_id, status, kind, app_id, function: name, expires_at, trace_id } = confirmation;
    const data = { confirmation_id: id, status, kind, app_id, function: name, expires_at };
    const actor = status === 'expired' ? 'system' : user_id;
    const payload = { scope: 'confirmations', action: status, id, actor, data };
    await this.feed.add({ tenant_id, user_id, type: `confirmations.${status}`, payload, ...(trace_id && { trace_id }) });
  }
}

/** A pending one has expired when its time is over, also before a run has noted it. */
export const statusOf = ({ status, expires_at }: ConfirmationEntity): ConfirmationStatus =>
  status === 'pending' && expires_at.getTime() <= Date.now() ? 'expired' : status;
