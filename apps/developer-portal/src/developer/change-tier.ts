import { billing, type CurrentTier, type GrantTier, TierNotForSale, type TierAssignment } from '@skep/contracts';
import { Bus, type Ctx, assertOperator } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { DeveloperRepository } from './developer.repository.js';
import { standing, termsOf } from './tiers.js';

/**
 * Moves developers between tiers. Billing takes the price and says, in one transaction, who has which tier until when; here that is
 * taken over at once, and once more by its event, where this process dies in between. An app keeps the split of its approval.
 */
@Injectable()
export class ChangeTier {
  constructor(
    private readonly bus: Bus,
    private readonly developers: DeveloperRepository,
  ) {}

  /** For the caller, for a year, out of their wallet. @throws NotADeveloper, TierNotForSale, TierRunning, InsufficientCredits */
  async change(ctx: Ctx, tier: string): Promise<CurrentTier> {
    const now = await this.developers.caller(ctx);
    if (now.tier !== tier) mustBeForSale(tier);
    const { charged, ...term } = await this.buy(ctx, tier);
    await this.developers.takeTier(term);
    return answer(term, charged);
  }

  /** Pays for a tier of the caller, who need not be a developer yet. */
  buy(ctx: Ctx, tier: string) {
    return this.bus.call(billing.buyTier, ctx, { tier, price: termsOf(tier).price });
  }

  /** Without payment, by an administrator. @throws DeveloperNotFound, Forbidden */
  async grant(ctx: Ctx, { user_id, tier, until }: GrantTier): Promise<CurrentTier> {
    assertOperator(ctx, 'admin:developer:review');
    const { tenant_id } = await this.developers.any(user_id);
    const term = await this.bus.call(billing.assignTier, ctx, { user_id, tenant_id, tier, price: termsOf(tier).price, until });
    await this.developers.takeTier(term);
    return answer(term, 0);
  }
}

/** @throws TierNotForSale */
export function mustBeForSale(tier: string): void {
  if (!termsOf(tier).for_sale) throw TierNotForSale();
}

function answer(term: TierAssignment, charged: number): CurrentTier {
  const { developer_id, tier, tier_until, comped_by } = standing(term);
  return { ...termsOf(tier), developer_id, tier_until, comped_by, charged };
}
