import { Empty } from '../common.js';
import { operation } from '../define.js';
import { Bool, Instant, Int, Json, List, Nullable, OneOf, Optional, Text } from '../fields.js';
import { problem } from '../problem.js';
import { TierRunning } from '../billing/tier.js';
import { InsufficientCredits } from '../billing/hold.js';

/** The least first. */
export const TIERS = ['explorer', 'indie', 'studio', 'partner'] as const;

export class ChangeTier {
  @OneOf(TIERS) tier!: string;
}

export class GrantTier extends ChangeTier {
  @Text({ min: 1, max: 64, description: 'The developer, of whichever tenant.' }) user_id!: string;
  @Optional() @Instant({ description: 'When it lapses; left out: never.' }) until?: Date;
}

/** What a tier gives. */
export class TierTerms {
  @OneOf(TIERS) tier!: string;
  @Int({ description: 'The developer’s part of a base price, in percent.' }) split!: number;
  @Nullable() @Int({ description: 'How many apps; null: as many as one likes.' }) apps!: number | null;
  @Bool({ description: 'Whether earnings are paid out; else they accrue.' }) payouts!: boolean;
  @Int({ description: 'Credits a year.' }) price!: number;
  @Bool({ description: 'Whether a developer can buy it; else it is granted.' }) for_sale!: boolean;
}

export class CurrentTier extends TierTerms {
  @Text() developer_id!: string;
  @Nullable() @Instant() tier_until!: Date | null;
  @Nullable() @Text({ description: 'Who granted it, where nobody paid.' }) comped_by!: string | null;
  @Int({ description: 'Credits that this request took from your wallet.' }) charged!: number;
}

export class DeveloperConfig {
  @List(() => TierTerms) tiers!: TierTerms[];
  @Json({ description: 'Credits a call that asks a language model, by the model’s tier.' }) platform_fees!: Record<string, number>;
  @Int({ description: 'Credits.' }) min_payout_tokens!: number;
  @Int({ description: 'Credits a dollar.' }) token_rate!: number;
}

export const NotADeveloper = problem('not_a_developer', 403, 'Register as a developer first.');
export const TierNotForSale = problem('tier_not_for_sale', 403, 'This tier is granted by an administrator.');
export const DeveloperNotFound = problem('developer_not_found', 404, 'There is no such developer.');

export const developerTierMembers = {
  changeTier: operation('Move to another developer tier, for a year', {
    input: ChangeTier,
    output: CurrentTier,
    problems: [NotADeveloper, TierNotForSale, TierRunning, InsufficientCredits],
    scope: 'developer:profile:write',
    spansCalls: true,
  }),
  grantTier: operation('Give a developer a tier without payment', {
    input: GrantTier,
    output: CurrentTier,
    problems: [DeveloperNotFound],
    scope: 'admin:developer:review',
    spansCalls: true,
  }),
  getDeveloperConfig: operation('Read what holds for developers: tiers, splits, fees, payouts', {
    input: Empty,
    output: DeveloperConfig,
    scope: 'admin:developer:review',
    spansCalls: true,
  }),
};
