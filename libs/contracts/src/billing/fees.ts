/** What the platform takes for a call that asks a language model of this tier, in credits. */
export const PLATFORM_FEES: Readonly<Record<string, number>> = { free: 0, economy: 60, standard: 250, premium: 2_200 };
