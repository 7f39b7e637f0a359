import { Empty, LimitOffset } from '../common.js';
import { event, list, operation, page } from '../define.js';
import { Instant, Int, Nullable, OneOf, Optional, Text } from '../fields.js';
import { problem } from '../problem.js';

export const PAYOUT_STATUSES = ['pending', 'approved', 'paid', 'rejected'] as const;

/** `amount_tokens` or `amount`, one of them. */
export class RequestPayout {
  @Optional()
  @Int({ min: 1, max: 1_000_000_000_000, description: 'Credits; there is a minimum, 10,000 unless the operator says otherwise.' })
  amount_tokens?: number;
  @Optional() @Int({ min: 1, max: 1_000_000_000_000 }) amount?: number;
  @Text({ min: 1, max: 50, description: 'How you would like to be paid.' }) payout_method: string = 'manual';
  @Optional() @Text({ max: 500, description: 'A word to who pays.' }) notes?: string;
}

export class Payout {
  @Int() id!: number;
  @Text() developer_id!: string;
  @Int() amount_tokens!: number;
  @Text({ example: '10.00', description: 'US dollars, fixed when it was requested; a fraction of a cent is left out.' })
  amount_usd!: string;
  @OneOf(PAYOUT_STATUSES) status!: string;
  @Text() method!: string;
  @Nullable() @Text({ description: 'Names the payment outside: a transfer’s number, say.' }) reference!: string | null;
  @Nullable() @Text() notes!: string | null;
  @Nullable() @Text() admin_note!: string | null;
  @Instant() requested_at!: Date;
  @Nullable() @Instant({ description: 'When its status changed last.' }) processed_at!: Date | null;
}

export class PayoutQueue extends LimitOffset {
  @OneOf(PAYOUT_STATUSES) status: string = 'pending';
}

/** As an administrator sees it. */
export class PayoutUnderReview extends Payout {
  @Text() tenant_id!: string;
  @Nullable() @Text() processed_by!: string | null;
}

export class PayoutRef {
  @Int({ min: 1 }) payout_id!: number;
}

export class DecidePayout extends PayoutRef {
  @Text({ max: 500 }) note: string = '';
}

export class PayPayout extends DecidePayout {
  @Text({ min: 1, max: 50, description: 'How it was paid.' }) method!: string;
  @Text({ min: 1, max: 200, description: 'What names the payment where it was made.' }) reference!: string;
}

export class PayoutTerms {
  @Int({ description: 'The least that a payout may ask for, in credits.' }) min_payout_tokens!: number;
  @Int({ description: 'Credits a dollar.' }) token_rate!: number;
}

export class PayoutStatusChanged {
  @Int() payout_id!: number;
  @Text() tenant_id!: string;
  @Text() developer_id!: string;
  @Int() amount_tokens!: number;
  @Text() amount_usd!: string;
  @OneOf(PAYOUT_STATUSES) status!: string;
}

export const PayoutsNotInTier = problem('payouts_not_in_tier', 403, 'Your tier accrues earnings and pays none out.');
export const InsufficientEarnings = problem('insufficient_earnings', 409, 'Your earnings do not cover this payout.');
export const PayoutNotFound = problem('payout_not_found', 404, 'There is no such payout.');
export const PayoutEnded = problem('payout_ended', 409, 'This payout stands where this cannot be done.');

const decision = { output: PayoutUnderReview, problems: [PayoutNotFound, PayoutEnded], scope: 'admin:billing:write' as const };

export const payoutMembers = {
  requestPayout: operation('Ask for earnings to be paid out', {
    input: RequestPayout,
    output: Payout,
    problems: [PayoutsNotInTier, InsufficientEarnings],
    scope: 'developer:payouts:write',
  }),
  listPayouts: operation('List your payouts, newest first', { input: LimitOffset, output: list(Payout), scope: 'developer:payouts:read' }),
  listPendingPayouts: operation('List the payouts of every developer that wait to be decided on, or stand elsewhere; oldest first', {
    input: PayoutQueue,
    output: page(PayoutUnderReview),
    scope: 'admin:billing:read',
  }),
  approvePayout: operation('Approve a payout', { input: DecidePayout, ...decision }),
  rejectPayout: operation('Reject a payout: what it reserved is earnings again', {
    input: DecidePayout,
    ...decision,
  }),
  payPayout: operation('Record that a payout was paid', { input: PayPayout, ...decision }),
  /** Internal. */
  getPayoutTerms: operation('Read the terms of payouts', { input: Empty, output: PayoutTerms }),

  payoutStatusChanged: event(PayoutStatusChanged),
};
