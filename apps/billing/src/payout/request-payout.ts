import { InsufficientEarnings, PayoutsNotInTier, type RequestPayout as Input } from '@skep/contracts/billing';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { TierRepository } from '../tier/tier.repository.js';
import { assertUser } from '../wallet/wallet.repository.js';
import type { PayoutEntity } from './payout.entity.js';
import { parseAmount, PayoutTerms, toDollars } from './payout-terms.js';
import { PayoutRepository } from './payout.repository.js';

/** Creates a payout: reserves the earnings and fixes their value in US dollars. */
@Injectable()
export class RequestPayout {
  constructor(
    private readonly db: Database,
    private readonly terms: PayoutTerms,
    private readonly tiers: TierRepository,
    private readonly payouts: PayoutRepository,
  ) {}

  /** @throws Problem `invalid_input`, `payouts_not_in_tier`, `insufficient_earnings`, `unauthenticated`. */
  async run(ctx: Ctx, input: Input): Promise<PayoutEntity> {
    assertUser(ctx);
    const terms = await this.terms.current();
    const amount_tokens = parseAmount(terms, input);
    const request = {
      amount_tokens,
      amount_usd: toDollars(terms, amount_tokens),
      method: input.payout_method,
      notes: input.notes ?? null,
    };
    return this.db.transaction(async () => {
      if (!(await this.tiers.includesPayouts(ctx))) throw PayoutsNotInTier();
      const payout = await this.payouts.reserve(ctx, request);
      if ('available' in payout)
        throw InsufficientEarnings(
          `You requested ${amount_tokens} credits, and can request up to ${Math.max(payout.available, 0)} credits.`,
        );
      await this.payouts.publishStatus(ctx, payout);
      return payout;
    });
  }
}
