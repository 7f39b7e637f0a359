/** The platform's fee for a call that uses a language model, by tier of the model, in credits. */
export const PLATFORM_FEES: Readonly<Record<string, number>> = { free: 0, economy: 60, standard: 250, premium: 2_200 };
