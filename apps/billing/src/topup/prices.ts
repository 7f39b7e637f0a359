import { PriceMismatch } from '@skep/contracts/billing';
import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { PriceSettings } from '../pricing/price-settings.js';

/** What prices of credits depend on. */
interface TopupTerms {
  token_rate: number;
  SKEP_TOPUP_MIN_CENTS: number;
  SKEP_TOPUP_MAX_CENTS: number;
}

const TIERS = [
  { id: 'small', price_cents: 500 },
  { id: 'medium', price_cents: 2_000 },
  { id: 'large', price_cents: 5_000 },
  { id: 'huge', price_cents: 10_000 },
];

/** Finds the prices of credits. */
@Injectable()
export class Prices {
  constructor(
    private readonly config: BillingConfig,
    private readonly settings: PriceSettings,
  ) {}

  /** The prices that apply now. */
  async current(): Promise<CreditPrices> {
    const { SKEP_TOPUP_MIN_CENTS, SKEP_TOPUP_MAX_CENTS } = this.config;
    return new CreditPrices({ SKEP_TOPUP_MIN_CENTS, SKEP_TOPUP_MAX_CENTS, ...(await this.settings.get('token-rate')) });
  }
}

/** Prices of credits: one rate for every amount. The tiers are suggested amounts. */
export class CreditPrices {
  constructor(private readonly terms: TopupTerms) {}

  /** What getTopupConfig returns. Only tiers within the bounds and with whole credits are included. */
  get config() {
    const { token_rate, SKEP_TOPUP_MIN_CENTS: custom_min_cents, SKEP_TOPUP_MAX_CENTS: custom_max_cents } = this.terms;
    const tiers = TIERS.map((tier) => ({ ...tier, tokens: (tier.price_cents * token_rate) / 100 })).filter(
      ({ tokens, price_cents }) => Number.isInteger(tokens) && price_cents >= custom_min_cents && price_cents <= custom_max_cents,
    );
    return { tiers, custom_min_cents, custom_max_cents, token_rate };
  }

  /** The credits that an amount of US cents buys, rounded down. */
  tokensFor(cents: number): number {
    return Math.floor((cents * this.terms.token_rate) / 100);
  }

  /** The price of credits in US cents. @throws Problem `price_mismatch` if it is not whole cents or out of bounds. */
  centsFor(tokens: number): number {
    const cents = (tokens * 100) / this.terms.token_rate;
    if (!Number.isInteger(cents)) throw PriceMismatch(`The price of ${tokens} tokens is not a whole number of cents.`);
    this.assertPrice(tokens, cents);
    return cents;
  }

  /** The default automatic top-up. */
  get defaultRecharge() {
    const tokens = 20_000;
    return { tokens, cents: Math.ceil((tokens * 100) / this.terms.token_rate) };
  }

  /** @throws Problem `price_mismatch` unless the price is exact and within the bounds. */
  assertPrice(tokens: number, priceCents: number): void {
    const { token_rate, custom_min_cents, custom_max_cents } = this.config;
    if (priceCents < custom_min_cents || priceCents > custom_max_cents)
      throw PriceMismatch(`A top-up costs from ${custom_min_cents} to ${custom_max_cents} cents.`);
    if (tokens * 100 !== priceCents * token_rate)
      throw PriceMismatch(`${priceCents} cents buy ${(priceCents * token_rate) / 100} tokens, not ${tokens}.`);
  }
}
