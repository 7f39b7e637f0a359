import { InsufficientEarnings, PayoutsNotInTier, type RequestPayout as Input } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { TierRepository } from '../tier/tier.repository.js';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import type { PayoutEntity } from './payout.entity.js';
import { PayoutTerms } from './payout-terms.js';
import { PayoutRepository } from './payout.repository.js';

/** Reserves earnings at once, so that no other payout can ask for them; what they are worth in dollars is fixed now. */
@Injectable()
export class RequestPayout {
  constructor(
    private readonly db: Database,
    private readonly terms: PayoutTerms,
    private readonly tiers: TierRepository,
    private readonly payouts: PayoutRepository,
  ) {}

  run(ctx: Ctx, input: Input): Promise<PayoutEntity> {
    mustBeSomebody(ctx);
    const amount_tokens = this.terms.amountOf(input);
    const request = {
      amount_tokens,
      amount_usd: this.terms.dollars(amount_tokens),
      method: input.payout_method,
      notes: input.notes ?? null,
    };
    return this.db.transaction(async () => {
      if (!(await this.tiers.paysOut(ctx))) throw PayoutsNotInTier();
      const payout = await this.payouts.reserve(ctx, request);
      if ('available' in payout)
        throw InsufficientEarnings(`You can ask for up to ${Math.max(payout.available, 0)} credits, not for ${amount_tokens}.`);
      await this.payouts.tell(ctx, payout);
      return payout;
    });
  }
}
