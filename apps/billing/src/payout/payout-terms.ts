import { type Fault, InvalidInput } from '@skep/contracts';
import type { PayoutTerms as Terms, RequestPayout } from '@skep/contracts/billing';
import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { PriceSettings } from '../pricing/price-settings.js';

/** The minimum payout, and the value of credits in US dollars: the rate of top-ups. */
@Injectable()
export class PayoutTerms {
  constructor(
    private readonly config: BillingConfig,
    private readonly prices: PriceSettings,
  ) {}

  /** The terms that apply now. */
  async current(): Promise<Terms> {
    return { min_payout_tokens: this.config.SKEP_PAYOUT_MIN_TOKENS, ...(await this.prices.get('token-rate')) };
  }
}

/** The requested credits. @throws Problem `invalid_input` for a missing or too small amount, or two different ones. */
export function parseAmount({ min_payout_tokens: min }: Terms, { amount_tokens, amount }: RequestPayout): number {
  const requested = amount_tokens ?? amount ?? 0;
  const loc = [amount_tokens === undefined && amount !== undefined ? 'amount' : 'amount_tokens'];
  const faults: Fault[] = [];
  if (!requested) faults.push({ loc, msg: 'Field required', type: 'missing' });
  else if (requested < min) faults.push({ loc, msg: `The minimum payout is ${min} credits`, type: 'min' });
  if (amount !== undefined && amount !== requested)
    faults.push({ loc: ['amount'], msg: 'Must equal amount_tokens if both are set', type: 'mismatch' });
  if (faults.length) throw InvalidInput(faults);
  return requested;
}

/** The value in US dollars, such as `10.01`; rounded down to cents. */
export function toDollars({ token_rate }: Pick<Terms, 'token_rate'>, credits: number): string {
  const cents = Math.floor((credits * 100) / token_rate);
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
