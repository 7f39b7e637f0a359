import { billing, type BuyTier, type AssignTier } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers, assertOperator } from '@skep/platform';
import { assertUser } from '../wallet/wallet.repository.js';
import { TierRepository } from './tier.repository.js';

/** Operations on developer tiers. */
@Handlers()
export class TierHandlers {
  constructor(private readonly tiers: TierRepository) {}

  @Handle(billing.buyTier)
  buyTier(ctx: Ctx, input: BuyTier) {
    assertUser(ctx);
    return this.tiers.buy(ctx, input);
  }

  @Handle(billing.assignTier)
  assignTier(ctx: Ctx, input: AssignTier) {
    assertOperator(ctx, 'admin:developer:review');
    return this.tiers.assign(ctx, input);
  }
}
