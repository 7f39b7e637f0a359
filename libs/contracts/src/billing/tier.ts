import { event, operation } from '../define.js';
import { Instant, Int, Nullable, Optional, Text } from '../fields.js';
import { problem } from '../problem.js';
import { InsufficientCredits } from './hold.js';

/** The price of a year is the caller's to say: billing keeps who has which tier until when, not what tiers cost. */
export class BuyTier {
  @Text({ min: 1, max: 30 }) tier!: string;
  @Int({ min: 0, max: 1_000_000_000, description: 'Credits for a year; 0 for the tier that nobody pays for.' }) price!: number;
}

export class AssignTier {
  @Text({ min: 1, max: 64 }) user_id!: string;
  @Text({ min: 1, max: 64 }) tenant_id!: string;
  @Text({ min: 1, max: 30 }) tier!: string;
  @Int({ min: 0, max: 1_000_000_000, description: 'What a year of it is worth: one that costs less cannot be bought while it lasts.' })
  price!: number;
  @Optional() @Instant() until?: Date;
}

/** The tier of a developer. `tier_sequence` grows with each change, so that an older message can be told from a newer one. */
export class TierAssignment {
  @Text() tenant_id!: string;
  @Text() developer_id!: string;
  @Text() tier!: string;
  @Nullable() @Instant({ description: 'When it lapses; null: never.' }) tier_until!: Date | null;
  @Nullable() @Text({ description: 'Who gave it, where nobody paid.' }) comped_by!: string | null;
  @Int() tier_sequence!: number;
}

export class TierPurchase extends TierAssignment {
  @Int({ description: 'Credits that this request took from the wallet.' }) charged!: number;
}

export const TierRunning = problem('tier_running', 409, 'You have a better tier, and it is paid for.');

export const tierMembers = {
  /** Internal: takes the price of a year from the wallet of the person in the context. */
  buyTier: operation('Pay for a year of a tier', { input: BuyTier, output: TierPurchase, problems: [InsufficientCredits, TierRunning] }),
  /** Internal. */
  assignTier: operation('Give a developer a tier', { input: AssignTier, output: TierAssignment }),

  tierChanged: event(TierAssignment),
};
