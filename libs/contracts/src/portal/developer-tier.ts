import { Empty, IDS } from '../common.js';
import { operation } from '../define.js';
import { Bool, type FieldDocs, Instant, Int, Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { TierRunning } from '../billing/tier.js';
import { InsufficientCredits } from '../billing/hold.js';

/** In ascending order. */
export const TIERS = ['explorer', 'indie', 'studio', 'partner'] as const;

/** Fields that several classes about tiers share. */
export const tierDocs = {
  tier: { description: 'Name of the tier.', example: 'indie' },
  tier_until: { description: 'When the tier ends and `explorer` follows. Null if it has no end.', example: '2027-06-21T09:30:00Z' },
} satisfies Record<string, FieldDocs>;

@Shape('The tier to move to.')
export class ChangeTier {
  @OneOf(TIERS, tierDocs.tier) tier!: string;
}

@Shape('A tier for a developer, without payment.')
export class GrantTier extends ChangeTier {
  @Text({ min: 1, max: 64, ...IDS.developer, description: 'User id of the developer, of any tenant.' }) user_id!: string;
  @Optional() @Instant({ description: 'When the tier ends. Left out: never.', example: '2027-06-21T00:00:00Z' }) until?: Date;
}

@Shape('The terms of a developer tier.')
export class TierTerms {
  @OneOf(TIERS, tierDocs.tier) tier!: string;
  @Int({ description: 'Share of the developer in each base price, in percent.', example: 80 }) split!: number;
  @Nullable() @Int({ description: 'Maximum number of apps. Null if there is no limit.', example: 3 }) apps!: number | null;
  @Int({ description: 'How many days of analytics the developer sees.', example: 30 }) analytics_days!: number;
  @Bool({ description: 'True if earnings are paid out. Without payouts they are kept until an upgrade.' }) payouts!: boolean;
  @Int({ description: 'Price in credits per year. 0 for the free tier.', example: 9000 }) price!: number;
  @Bool({ description: 'True if developers can buy the tier. False if only administrators grant it.' }) for_sale!: boolean;
}

@Shape('The tier of a developer, with its terms.')
export class CurrentTier extends TierTerms {
  @Text(IDS.developer) developer_id!: string;
  @Nullable() @Instant(tierDocs.tier_until) tier_until!: Date | null;
  @Nullable()
  @Text({ description: 'Who granted the tier without payment. Null if it was bought, or is the free tier.' })
  comped_by!: string | null;
  @Int({ description: 'Credits that this request charged to the wallet.', example: 9000 }) charged!: number;
}

@Shape('Tiers, fees and payout rules for developers.')
export class DeveloperConfig {
  @List(() => TierTerms, { description: 'Terms of each tier, in ascending order.' }) tiers!: TierTerms[];
  @Json({
    description: 'Fee of the platform in credits, per call that uses a language model, by the price class of the model.',
    example: { free: 0, economy: 60, standard: 250, premium: 2200 },
  })
  platform_fees!: Record<string, number>;
  @Int({ description: 'Minimum payout in credits.', example: 10_000 }) min_payout_tokens!: number;
  @Int({ description: 'Credits per US dollar.', example: 1000 }) token_rate!: number;
}

export const NotADeveloper = problem('not_a_developer', 403, 'Register as a developer first.');
export const TierNotForSale = problem('tier_not_for_sale', 403, 'This tier is not for sale: administrators grant it.');
export const DeveloperNotFound = problem('developer_not_found', 404, 'Developer not found.');

export const developerTierMembers = {
  getDeveloperTerms: operation('Read the terms for developers', {
    description: 'Tiers, revenue splits, fees and payout rules.',
    input: Empty,
    output: DeveloperConfig,
    scope: 'developer:profile:read',
    spansCalls: true,
  }),
  changeTier: operation('Change your developer tier', {
    description: 'Charges the price of a year to your wallet. Apps keep the revenue split of their last approval.',
    input: ChangeTier,
    output: CurrentTier,
    problems: [NotADeveloper, TierNotForSale, TierRunning, InsufficientCredits],
    scope: 'developer:profile:write',
    spansCalls: true,
  }),
  grantTier: operation('Grant a tier to a developer', {
    description: 'The developer does not pay for it.',
    input: GrantTier,
    output: CurrentTier,
    problems: [DeveloperNotFound],
    scope: 'admin:developer:review',
    spansCalls: true,
  }),
  getDeveloperConfig: operation('Read the rules for developers', {
    description: 'Tiers, revenue splits, fees and payout rules.',
    input: Empty,
    output: DeveloperConfig,
    scope: 'admin:developer:review',
    spansCalls: true,
  }),
};
