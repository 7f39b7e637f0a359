import { billing, type BuyTier, type AssignTier } from '@skep/contracts';
import { type Ctx, Handle, Handlers, assertOperator } from '@skep/platform';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import { TierRepository } from './tier.repository.js';

@Handlers()
export class TierHandlers {
  constructor(private readonly tiers: TierRepository) {}

  @Handle(billing.buyTier)
  buyTier(ctx: Ctx, input: BuyTier) {
    mustBeSomebody(ctx);
    return this.tiers.buy(ctx, input);
  }

  @Handle(billing.assignTier)
  giveTier(ctx: Ctx, input: AssignTier) {
    assertOperator(ctx, 'admin:developer:review');
    return this.tiers.give(ctx, input);
  }
}
