import { Nothing, Window } from './common.js';
import { contract, event, list, operation } from './define.js';
import { Bool, Instant, Int, Json, List, Nullable, Num, Optional, Text } from './fields.js';
import { Conflict, IdempotencyConflict, problem } from './problem.js';

/** A wallet, in credits: 1 credit = 1 token = $0.001. */
export class Wallet {
  @Int({ example: 4200 }) balance!: number;
  @Text({ example: 'token' }) currency!: string;
  @Instant() updated_at!: Date;
  @Text({ example: 'free' }) plan!: string;
  @Text({ example: 'active' }) status!: string;
  @Int({ description: 'The balance at which the meter is full: the included credits or the balance, whichever is more.' }) cap!: number;
  @Int() included_tokens!: number;
}

export class Limits {
  @Text() plan!: string;
  @Json({ description: 'Used this month, by meter.' }) usage!: Record<string, number>;
  @Json({ description: 'Allowed a month, by meter; −1 for no limit.' }) limits!: Record<string, number>;
  @List('text') exceeded!: string[];
}

export class Plan {
  @Text() id!: string;
  @Text() name!: string;
  @Num({ description: 'US dollars a month.' }) price!: number;
  @Text({ example: 'month' }) interval!: string;
  @Json() features!: Record<string, unknown>;
  @Json() limits!: Record<string, number>;
}

export class Subscription {
  @Text() plan!: string;
  @Text() status!: string;
  @Nullable() @Instant() started_at!: Date | null;
  @Nullable() @Instant() expires_at!: Date | null;
}

/** One line of a wallet's history. `amount` is signed. */
export class LedgerEntry {
  @Int() id!: number;
  @Text() transaction_id!: string;
  @Int() amount!: number;
  @Int() balance_after!: number;
  @Text({ example: 'topup' }) reason!: string;
  @Nullable() @Text() app_id!: string | null;
  @Nullable() @Text() description!: string | null;
  @Instant() created_at!: Date;
}

export class RecentQuery {
  @Int({ min: 1, max: 50 }) limit: number = 10;
}

export class TopupConfig {
  @Text() publishable_key!: string;
  @List('json') tiers!: Record<string, unknown>[];
  @Int() custom_min_cents!: number;
  @Int() custom_max_cents!: number;
  @Int({ description: 'Credits a dollar.' }) token_rate!: number;
}

export class StartTopup {
  @Int({ min: 1, max: 1_000_000_000 }) tokens!: number;
  @Int({ min: 1, max: 100_000_000 }) price_cents!: number;
  @Bool() save_payment_method: boolean = false;
}

export class TopupStarted {
  @Text() client_secret!: string;
  @Text() payment_intent_id!: string;
  @Text() publishable_key!: string;
}

export class ConfirmTopup {
  @Text({ min: 1, max: 255 }) payment_intent_id!: string;
}

export class TopupConfirmed {
  @Text({ example: 'succeeded' }) status!: string;
  @Text() payment_intent_id!: string;
  @Int({ description: 'Credits this top-up has brought in all, however often it is confirmed.' }) tokens!: number;
  @Int() balance!: number;
}

export class TrackUsage {
  @Text({ min: 1, max: 64 }) user_id!: string;
  @Text({ min: 1, max: 64 }) tenant_id!: string;
  @Text({ min: 1, max: 64, pattern: /^[a-z0-9_.:-]+$/ }) meter!: string;
  @Int({ min: 1, max: 1_000_000_000 }) quantity: number = 1;
  @Optional() @Text({ max: 64 }) extension_id?: string;
}

export class UsageTracked {
  @Text() meter!: string;
  @Int({ description: 'Used this month, this time included.' }) used!: number;
}

/** What a call may cost at the most. The prices and the developer's percentage are frozen in the hold. */
export class PlaceHold {
  @Text({ min: 1, max: 200, description: 'The same key with the same terms is the same hold.' }) key!: string;
  @Text({ min: 1, max: 64 }) app_id!: string;
  @Text({ min: 1, max: 128 }) function!: string;
  @Int({ min: 0, max: 1_000_000_000 }) base_price!: number;
  @Int({ min: 0, max: 1_000_000_000 }) platform_fee: number = 0;
  @Optional() @Text({ min: 1, max: 64, description: 'Who gets `split` percent of the base price.' }) developer_id?: string;
  @Int({ min: 0, max: 100 }) split: number = 0;
  @Int({ min: 1, max: 86_400, description: 'Seconds until it is given back by itself.' }) ttl_s: number = 900;
}

export class HoldRef {
  @Text({ min: 1, max: 64, example: 'hold_5b2e' }) hold_id!: string;
}

export class HoldPlaced {
  @Text() hold_id!: string;
  @Text({ example: 'held', description: 'For a key that was used before, what has become of its hold.' }) status!: string;
  @Int() amount!: number;
  @Int({ description: 'What the wallet can still spend.' }) available!: number;
  @Instant() expires_at!: Date;
}

/** What is taken of a hold. Left out: as much as it was placed for. The base price may be less, the platform fee also more. */
export class CaptureHold extends HoldRef {
  @Optional() @Int({ min: 0, max: 1_000_000_000 }) base_price?: number;
  @Optional() @Int({ min: 0, max: 1_000_000_000 }) platform_fee?: number;
}

export class HoldEnd {
  @Text() hold_id!: string;
  @Text({ example: 'captured' }) status!: string;
  @Int() charged!: number;
  @Int({ description: 'Of what was charged, what the wallet could not pay and now owes.' }) debt!: number;
  @Int() balance!: number;
  @Int() available!: number;
}

export class BalanceChanged {
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Int() balance!: number;
  @Int() amount!: number;
  @Text() reason!: string;
  @Text() transaction_id!: string;
}

export const InsufficientCredits = problem('insufficient_credits', 402, 'Your wallet does not hold enough credits.');
export const HoldNotFound = problem('hold_not_found', 404, 'There is no such hold.');
export const HoldEnded = problem('hold_ended', 409, 'This hold has ended otherwise.');
export const PaymentNotFound = problem('payment_not_found', 404, 'There is no such payment.');
export const PaymentNotCompleted = problem('payment_not_completed', 402, 'The payment has not gone through.');
export const PriceMismatch = problem('price_mismatch', 400, 'The price does not fit the number of tokens.');
export const PaymentProviderAway = problem('payment_provider_away', 503, 'The payment provider does not answer. Try again soon.');

export const billing = contract('billing', {
  getBalance: operation('Read the wallet balance', { input: Nothing, output: Wallet }),
  getUsage: operation('Read what is used and allowed this month', { input: Nothing, output: Limits }),
  listPlans: operation('List the plans', { input: Nothing, output: list(Plan) }),
  getSubscription: operation('Read your subscription', { input: Nothing, output: Subscription }),
  listWalletHistory: operation('List what went in and out of the wallet', { input: Window, output: list(LedgerEntry) }),
  listRecent: operation('List the newest wallet entries', { input: RecentQuery, output: list(LedgerEntry) }),
  getTopupConfig: operation('Read what top-ups cost', { input: Nothing, output: TopupConfig }),
  startTopup: operation('Start buying credits', {
    input: StartTopup,
    output: TopupStarted,
    problems: [PriceMismatch, PaymentProviderAway],
  }),
  confirmTopup: operation('Credit a paid top-up, once (services only)', {
    input: ConfirmTopup,
    output: TopupConfirmed,
    problems: [PaymentNotFound, PaymentNotCompleted, PaymentProviderAway],
  }),
  trackUsage: operation('Count usage (services only)', { input: TrackUsage, output: UsageTracked }),

  /** Internal: what a call may cost is reserved before it runs; of the person in the context. */
  placeHold: operation('Reserve credits', { input: PlaceHold, output: HoldPlaced, problems: [InsufficientCredits, IdempotencyConflict] }),
  captureHold: operation('Take what was reserved, or less', {
    input: CaptureHold,
    output: HoldEnd,
    problems: [HoldNotFound, HoldEnded, Conflict],
  }),
  releaseHold: operation('Give back what was reserved', { input: HoldRef, output: HoldEnd, problems: [HoldNotFound, HoldEnded] }),

  balanceChanged: event(BalanceChanged),
});
