import { Forbidden } from '@skep/contracts';
import { PayoutEnded, PayoutNotFound } from '@skep/contracts/billing';
import { type Ctx, Database, assertOperator } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { PayoutEntity } from './payout.entity.js';
import { type Decision, PayoutRepository } from './payout.repository.js';

/** Applies an administrator's decision on a payout. Idempotent. */
@Injectable()
export class DecidePayout {
  constructor(
    private readonly db: Database,
    private readonly payouts: PayoutRepository,
  ) {}

  /** @throws Problem `payout_not_found`, `payout_ended`, `forbidden`, also for one's own payout */
  run(ctx: Ctx, newStatus: PayoutEntity['status'], { payout_id, ...decision }: Decision & { payout_id: number }): Promise<PayoutEntity> {
    assertOperator(ctx, 'admin:billing:write');
    return this.db.transaction(async () => {
      const requested = await this.payouts.find(payout_id);
      if (!requested) throw PayoutNotFound();
      if (ctx.user === requested.developer_id) throw Forbidden('This payout is yours. Another administrator must decide on it.');
      const outcome = await this.payouts.changeStatus(ctx, payout_id, newStatus, decision);
      const payout = (await this.payouts.find(payout_id))!;
      const { status, reference } = payout;
      if (outcome === 'not_allowed')
        throw PayoutEnded(`Payout ${payout_id} is already ${status}${reference ? ` with reference ${reference}` : ''}.`);
      if (outcome === 'changed') await this.payouts.publishStatus(ctx, payout);
      return payout;
    });
  }
}
