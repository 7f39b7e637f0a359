import { billing, type PayoutQueue, type LimitOffset } from '@skep/contracts';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { PayoutEntity } from './payout.entity.js';

type Request = Pick<PayoutEntity, 'amount_tokens' | 'amount_usd' | 'method' | 'notes'>;

export interface Decision {
  note: string;
  /** Of one that was paid. */
  method?: string;
  reference?: string;
}

/** `payout_id` null: the earnings do not cover it. */
const RESERVE = statement<{ payout_id: number | null; available: number }>('select * from reserve_payout($1, $2, $3, $4, $5, $6)');
const MOVE = statement<{ outcome: 'moved' | 'same' | 'closed' | 'unknown' }>('select move_payout($1, $2, $3, $4, $5, $6) as outcome');

@Injectable()
export class PayoutRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Reserves earnings of the caller; or says what they would cover. */
  async reserve(
    { tenant, user }: Ctx,
    { amount_tokens, amount_usd, method, notes }: Request,
  ): Promise<PayoutEntity | { available: number }> {
    const { payout_id, available } = (await this.db.row(RESERVE, [tenant, user, amount_tokens, amount_usd, method, notes]))!;
    return payout_id === null ? { available } : this.db.of(PayoutEntity).findOneByOrFail({ id: payout_id });
  }

  listOf({ tenant, user }: Ctx, { limit, offset }: LimitOffset): Promise<PayoutEntity[]> {
    const where = { tenant_id: tenant, developer_id: user };
    return this.db.of(PayoutEntity).find({ where, order: { id: 'desc' }, take: limit, skip: offset });
  }

  async queue({ status, limit, offset }: PayoutQueue) {
    const where = { status: status as PayoutEntity['status'] };
    const [rows, total] = await this.db.of(PayoutEntity).findAndCount({ where, order: { id: 'asc' }, take: limit, skip: offset });
    return { rows, total };
  }

  find(id: number): Promise<PayoutEntity | null> {
    return this.db.of(PayoutEntity).findOneBy({ id });
  }

  /** Moves a payout, and what it reserved, if a move leads there. */
  async move(ctx: Ctx, id: number, to: PayoutEntity['status'], { note, method, reference }: Decision) {
    const values = [id, to, note, method ?? null, reference ?? null, ctx.user || ctx.actor];
    return (await this.db.row(MOVE, values))?.outcome;
  }

  /** Tells where a payout stands now. */
  tell(ctx: Ctx, { id, tenant_id, developer_id, amount_tokens, amount_usd, status }: PayoutEntity): Promise<void> {
    const moved = { payout_id: id, tenant_id, developer_id, amount_tokens, amount_usd, status };
    return this.outbox.add(billing.payoutStatusChanged, ctx, moved);
  }
}
