import type { Page } from '@skep/contracts';
import { billing, type Payout, type PayoutQueue, PayoutUnderReview } from '@skep/contracts/billing';
import { as, type Ctx, Database, defineList, Outbox, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PayoutEntity } from './payout.entity.js';

type Request = Pick<PayoutEntity, 'amount_tokens' | 'amount_usd' | 'method' | 'notes'>;

/** An administrator's decision. `method` and `reference` are set with `paid`. */
export interface Decision {
  note: string;
  method?: string;
  reference?: string;
}

/** `payout_id` is null if the earnings do not cover the amount. */
const RESERVE = statement('select * from reserve_payout(:tenant, :user, :amount_tokens, :amount_usd, :method, :notes)', {
  ...{ payout_id: 'int8?', available: 'int8' },
});
const CHANGE_STATUS = statement('select change_payout_status(:id, :status, :note, :method, :reference, :by) as outcome', {
  outcome: as<'changed' | 'unchanged' | 'not_allowed' | 'not_found'>('text'),
});
const PAYOUTS = defineList(
  {
    select: `id, tenant_id, developer_id, amount_tokens, amount_usd, status, method, reference, notes, admin_note, requested_at, processed_at,
      processed_by`,
    from: 'payout',
    // With tenant and developer, the index payout_owner; with the status, payout_queue.
    orders: { newest: [['id', 'bigint', 'desc']], oldest: [['id', 'bigint', 'asc']] },
  },
  PayoutUnderReview,
);

/** Payouts. */
@Injectable()
export class PayoutRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Creates a payout of the caller's earnings; returns the available amount if they do not cover it. */
  async reserve({ tenant, user }: Ctx, request: Request): Promise<PayoutEntity | { available: number }> {
    const { payout_id, available } = (await this.db.row(RESERVE, { tenant, user, ...request }))!;
    return payout_id === null ? { available } : this.db.repository(PayoutEntity).findOneByOrFail({ id: payout_id });
  }

  /** The caller's payouts, newest first. */
  list({ tenant, user }: Ctx, paging: Paging): Promise<Page<Payout>> {
    const where = ['tenant_id = :tenant', 'developer_id = :user'];
    return this.db.page(PAYOUTS, { order: 'newest', where, values: { tenant, user } }, paging);
  }

  /** Payouts with a status, oldest first. */
  listByStatus({ status, ...paging }: PayoutQueue): Promise<Page<PayoutUnderReview>> {
    return this.db.page(PAYOUTS, { order: 'oldest', where: ['status = :status'], values: { status } }, paging);
  }

  find(id: number): Promise<PayoutEntity | null> {
    return this.db.repository(PayoutEntity).findOneBy({ id });
  }

  /** Changes a payout's status and moves its reserved credits, if the transition is allowed. */
  async changeStatus(ctx: Ctx, id: number, status: PayoutEntity['status'], { note, method, reference }: Decision) {
    return (await this.db.row(CHANGE_STATUS, { id, status, note, method, reference, by: ctx.user || ctx.actor }))?.outcome;
  }

  /** Publishes a payout's status. */
  publishStatus(ctx: Ctx, { id, tenant_id, developer_id, amount_tokens, amount_usd, status }: PayoutEntity): Promise<void> {
    const change = { payout_id: id, tenant_id, developer_id, amount_tokens, amount_usd, status };
    return this.outbox.add(billing.payoutStatusChanged, ctx, change);
  }
}
