import { billing, type TierAssignment } from '@skep/contracts/billing';
import { type CurrentTier, type GrantTier, TierNotForSale } from '@skep/contracts/portal';
import { Bus, type Ctx, assertOperator } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { DeveloperRepository } from './developer.repository.js';
import { withCurrentTier, termsOf } from './tiers.js';

/**
 * Changes developers' tiers. Billing charges the price and decides, in one transaction, who has which tier until when. Its answer is applied
 * here at once; if this process stops before that, billing's event applies it. An app keeps the split of its approval.
 */
@Injectable()
export class ChangeTier {
  constructor(
    private readonly bus: Bus,
    private readonly developers: DeveloperRepository,
  ) {}

  /** Buys a tier for a year from the caller's wallet. @throws NotADeveloper, TierNotForSale, TierRunning, InsufficientCredits */
  async change(ctx: Ctx, tier: string): Promise<CurrentTier> {
    const developer = await this.developers.getCaller(ctx);
    if (developer.tier !== tier) assertForSale(tier);
    const { charged, ...term } = await this.buy(ctx, tier);
    await this.developers.applyTier(term);
    return toCurrentTier(term, charged);
  }

  /** Charges the caller for a tier. They need not be a developer yet. @throws TierRunning, InsufficientCredits */
  buy(ctx: Ctx, tier: string) {
    return this.bus.call(billing.buyTier, ctx, { tier, price: termsOf(tier).price });
  }

  /** Gives a developer a tier without payment, as an administrator. @throws DeveloperNotFound, Forbidden */
  async grant(ctx: Ctx, { user_id, tier, until }: GrantTier): Promise<CurrentTier> {
    assertOperator(ctx, 'admin:developer:review');
    const { tenant_id } = await this.developers.getById(user_id);
    const term = await this.bus.call(billing.assignTier, ctx, { user_id, tenant_id, tier, price: termsOf(tier).price, until });
    await this.developers.applyTier(term);
    return toCurrentTier(term, 0);
  }
}

/** @throws TierNotForSale */
export function assertForSale(tier: string): void {
  if (!termsOf(tier).for_sale) throw TierNotForSale();
}

function toCurrentTier(term: TierAssignment, charged: number): CurrentTier {
  const { developer_id, tier, tier_until, comped_by } = withCurrentTier(term);
  return { ...termsOf(tier), developer_id, tier_until, comped_by, charged };
}
