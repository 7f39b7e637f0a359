import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Instant, Int, Nullable, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { InsufficientCredits } from './hold.js';

const TIER = { description: 'The tier: `explorer`, `indie`, `studio` or `partner`.', example: 'indie' };
const PRICE_MAX = 1_000_000_000;

/** The caller knows the prices of tiers; billing only knows who has which tier until when. */
@Shape('A developer tier to pay for.')
export class BuyTier {
  @Text({ min: 1, max: 30, ...TIER }) tier!: string;
  @Int({ min: 0, max: PRICE_MAX, description: 'Credits for a year; 0 for the free tier.' }) price!: number;
}

@Shape('A developer tier to assign without payment.')
export class AssignTier {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @Text({ min: 1, max: 64, ...IDS.tenant }) tenant_id!: string;
  @Text({ min: 1, max: 30, ...TIER }) tier!: string;
  @Int({ min: 0, max: PRICE_MAX, description: 'Price of a year in credits. While it lasts, no cheaper tier can be bought.' })
  price!: number;
  @Optional() @Instant({ description: 'When the tier ends; never if absent.' }) until?: Date;
}

@Shape('The tier of a developer.')
export class TierAssignment {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Text(TIER) tier!: string;
  @Nullable() @Instant({ description: 'When the tier ends; null when it has no end.' }) tier_until!: Date | null;
  @Nullable() @Text({ description: 'Who assigned the tier without payment; null when it was paid for.' }) comped_by!: string | null;
  @Int({ description: 'Grows with each change. Consumers ignore a message whose number is not above the last one.' })
  tier_sequence!: number;
}

@Shape('The tier of a developer after a purchase.')
export class TierPurchase extends TierAssignment {
  @Int({ description: 'Credits that this request charged.' }) charged!: number;
}

export const TierRunning = problem('tier_running', 409, 'You have already paid for a more expensive tier.');

export const tierMembers = {
  /** Internal: charges the wallet of the acting user. */
  buyTier: operation('Pay for a year of a tier', { input: BuyTier, output: TierPurchase, problems: [InsufficientCredits, TierRunning] }),
  /** Internal. */
  assignTier: operation('Assign a tier to a developer', { input: AssignTier, output: TierAssignment }),

  tierChanged: event(TierAssignment),
};
