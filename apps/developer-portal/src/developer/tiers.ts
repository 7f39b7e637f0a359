/** What a tier gives: its share of the base price in percent, and how many apps (null: as many as one likes). */
export const TIER_TERMS: Readonly<Record<string, { split: number; apps: number | null }>> = {
  explorer: { split: 70, apps: 1 },
  indie: { split: 80, apps: 3 },
  studio: { split: 85, apps: 10 },
  partner: { split: 95, apps: null },
};

/** The terms of a tier; an unknown one has those of `explorer`. */
export const termsOf = (tier: string) => TIER_TERMS[tier] ?? { split: 70, apps: 1 };
