import { type Fault, InvalidInput } from '@skep/contracts';
import type { RequestPayout } from '@skep/contracts/billing';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';

/** The settings that payouts depend on. */
interface PayoutSettings {
  SKEP_PAYOUT_MIN_TOKENS: number;
  SKEP_TOPUP_TOKENS_PER_DOLLAR: number;
}

/** The minimum payout, and the value of credits in US dollars: the rate of top-ups. */
@Injectable()
export class PayoutTerms {
  constructor(@Inject(BillingConfig) private readonly settings: PayoutSettings) {}

  /** What getPayoutTerms returns. */
  get current() {
    return { min_payout_tokens: this.settings.SKEP_PAYOUT_MIN_TOKENS, token_rate: this.settings.SKEP_TOPUP_TOKENS_PER_DOLLAR };
  }

  /** The requested credits. @throws Problem `invalid_input` for a missing or too small amount, or two different ones. */
  parseAmount({ amount_tokens, amount }: RequestPayout): number {
    const { min_payout_tokens: min } = this.current;
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
  toDollars(credits: number): string {
    const cents = Math.floor((credits * 100) / this.current.token_rate);
    return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  }
}
