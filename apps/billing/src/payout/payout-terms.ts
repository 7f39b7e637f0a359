import { type Fault, InvalidInput, type RequestPayout } from '@skep/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';

interface Terms {
  SKEP_PAYOUT_MIN_TOKENS: number;
  SKEP_TOPUP_TOKENS_PER_DOLLAR: number;
}

/** How much a payout may be of, and what credits are worth then: what they are sold for. */
@Injectable()
export class PayoutTerms {
  constructor(@Inject(BillingConfig) private readonly terms: Terms) {}

  get told() {
    return { min_payout_tokens: this.terms.SKEP_PAYOUT_MIN_TOKENS, token_rate: this.terms.SKEP_TOPUP_TOKENS_PER_DOLLAR };
  }

  /** The credits asked for. @throws Problem `invalid_input` unless one amount is told, and is enough */
  amountOf({ amount_tokens, amount }: RequestPayout): number {
    const { min_payout_tokens: min } = this.told;
    const told = amount_tokens ?? amount ?? 0;
    const loc = [amount_tokens === undefined && amount !== undefined ? 'amount' : 'amount_tokens'];
    const faults: Fault[] = [];
    if (!told) faults.push({ loc, msg: 'Field required', type: 'missing' });
    else if (told < min) faults.push({ loc, msg: `A payout is of ${min} credits at the least`, type: 'min' });
    if (amount !== undefined && amount !== told) faults.push({ loc: ['amount'], msg: 'This is not amount_tokens', type: 'mismatch' });
    if (faults.length) throw InvalidInput(faults);
    return told;
  }

  /** US dollars and cents; a fraction of a cent is left out. */
  dollars(credits: number): string {
    const cents = Math.floor((credits * 100) / this.told.token_rate);
    return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
  }
}
