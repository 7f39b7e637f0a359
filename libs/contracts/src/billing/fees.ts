/** Price tiers of language models. Models of the tier `free` cost nothing. */
export const MODEL_TIERS = ['free', 'economy', 'standard', 'premium'] as const;
export type ModelTier = (typeof MODEL_TIERS)[number];

/** What calls and completions cost until someone changes it: see `PriceList`. */
export const DEFAULT_PRICES = {
  platform_fees: { economy: 60, standard: 250, premium: 2_200 },
  category_defaults: { read: 0, write: 0, destructive: 0 },
  model_rates: [],
  voice_costs: { stt: 0, speak: 0 },
  coding: { factor: 1, min_charge: 0 },
};
