import { PayoutEnded, PayoutNotFound } from '@skep/contracts';
import { type Ctx, Database, assertOperator } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { PayoutEntity } from './payout.entity.js';
import { type Decision, PayoutRepository } from './payout.repository.js';

/** What an administrator decides on a payout. The same decision again is answered with what it was, and does nothing. */
@Injectable()
export class DecidePayout {
  constructor(
    private readonly db: Database,
    private readonly payouts: PayoutRepository,
  ) {}

  /** @throws Problem `payout_not_found`, `payout_ended`, `forbidden` */
  run(ctx: Ctx, to: PayoutEntity['status'], { payout_id, ...decision }: Decision & { payout_id: number }): Promise<PayoutEntity> {
    assertOperator(ctx, 'admin:billing:write');
    return this.db.transaction(async () => {
      const outcome = await this.payouts.move(ctx, payout_id, to, decision);
      const payout = await this.payouts.find(payout_id);
      if (!payout) throw PayoutNotFound();
      const { status, reference } = payout;
      if (outcome === 'closed') throw PayoutEnded(`This payout is ${status}${reference ? ` by ${reference}` : ''}.`);
      if (outcome === 'moved') await this.payouts.tell(ctx, payout);
      return payout;
    });
  }
}
