import type { TIERS, TierTerms } from '@skep/contracts/portal';

type Tier = (typeof TIERS)[number];
const terms = (tier: Tier, split: number, apps: number | null, analytics_days: number, price: number, for_sale = true): TierTerms => ({
  ...{ tier, split, apps, analytics_days, price, for_sale },
  // Billing has the same rule: payouts need a tier with a price.
  payouts: price > 0,
});

/** Terms of each tier; `price` is in credits per year. */
export const TIER_TERMS: Readonly<Record<Tier, TierTerms>> = {
  explorer: terms('explorer', 70, 1, 7, 0),
  indie: terms('indie', 80, 3, 30, 9_000),
  studio: terms('studio', 85, 10, 90, 29_000),
  partner: terms('partner', 95, null, 365, 79_000, false),
};

/** The terms of a tier; an unknown one has those of `explorer`. */
export const termsOf = (tier: string): TierTerms => TIER_TERMS[tier as Tier] ?? TIER_TERMS.explorer;

interface TierTerm {
  tier: string;
  tier_until: Date | null;
  comped_by: string | null;
}

/** Resets an expired tier to `explorer`, in place. */
export const withCurrentTier = <T extends TierTerm>(term: T): T =>
  term.tier_until && term.tier_until.getTime() <= Date.now()
    ? Object.assign(term, { tier: 'explorer', tier_until: null, comped_by: null })
    : term;
