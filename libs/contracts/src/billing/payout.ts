import { Cursor, Empty, IDS, LimitOffset, LimitOffsetCursor } from '../common.js';
import { event, operation, page } from '../define.js';
import { Instant, Int, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

export const PAYOUT_STATUSES = ['pending', 'approved', 'paid', 'rejected'] as const;

const AMOUNT_MAX = 1_000_000_000_000;
const PAYOUT_ID = { description: 'Id of the payout.', example: 12 };
const AMOUNT = { description: 'Amount in credits.', example: 10000 };
const USD = { description: 'Amount in US dollars, fixed at the request and rounded down to a cent.', example: '10.00' };

@Shape('A payout to request. Give either `amount_tokens` or `amount`.')
export class RequestPayout {
  @Optional()
  @Int({ min: 1, max: AMOUNT_MAX, description: 'Amount in credits. The minimum is 10,000 unless the operator changed it.', example: 10000 })
  amount_tokens?: number;
  @Optional() @Int({ min: 1, max: AMOUNT_MAX, description: 'Same as `amount_tokens`.' }) amount?: number;
  @Text({ min: 1, max: 50, description: 'How you would like to be paid.' }) payout_method: string = 'manual';
  @Optional() @Text({ max: 500, description: 'Note to the payer.' }) notes?: string;
}

@Shape('A payout of earnings.')
export class Payout {
  @Int(PAYOUT_ID) id!: number;
  @Text(IDS.developer) developer_id!: string;
  @Int(AMOUNT) amount_tokens!: number;
  @Text(USD) amount_usd!: string;
  @OneOf(PAYOUT_STATUSES, { description: 'First `pending`, then `approved`, then `paid`; or `rejected` before it is paid.' })
  status!: string;
  @Text({ description: 'How the developer wants to be paid; after the payment, how they were paid.', example: 'manual' }) method!: string;
  @Nullable()
  @Text({ description: 'Identifies the payment outside Skep, for example the number of a transfer; null until it is paid.' })
  reference!: string | null;
  @Nullable() @Text({ description: 'Note to the payer; null without one.' }) notes!: string | null;
  @Nullable() @Text({ description: 'Note of the administrator; null without one.' }) admin_note!: string | null;
  @Instant({ description: 'When it was requested.' }) requested_at!: Date;
  @Nullable() @Instant({ description: 'When its status last changed; null while it is pending.' }) processed_at!: Date | null;
}

@Shape('Which payouts to list.')
export class PayoutQueue extends LimitOffset {
  @OneOf(PAYOUT_STATUSES, { description: 'Only payouts with this status.' }) status: string = 'pending';
  @Cursor() cursor?: string;
}

@Shape('A payout, as administrators see it.')
export class PayoutUnderReview extends Payout {
  @Text(IDS.tenant) tenant_id!: string;
  @Nullable() @Text({ ...IDS.user, description: 'Who last changed the status; null while it is pending.' }) processed_by!: string | null;
}

@Shape('Identifies a payout.')
export class PayoutRef {
  @Int({ min: 1, ...PAYOUT_ID }) payout_id!: number;
}

@Shape('A decision about a payout.')
export class DecidePayout extends PayoutRef {
  @Text({ max: 500, description: 'Note for the developer.' }) note: string = '';
}

@Shape('How a payout was paid.')
export class PayPayout extends DecidePayout {
  @Text({ min: 1, max: 50, description: 'How it was paid.', example: 'bank transfer' }) method!: string;
  @Text({ min: 1, max: 200, description: 'Identifies the payment where it was made.', example: 'SEPA 2026-06-21/17' }) reference!: string;
}

@Shape('The terms of payouts.')
export class PayoutTerms {
  @Int({ description: 'Smallest payout in credits.' }) min_payout_tokens!: number;
  @Int({ description: 'Credits per US dollar.' }) token_rate!: number;
}

@Shape('The status of a payout has changed.')
export class PayoutStatusChanged {
  @Int(PAYOUT_ID) payout_id!: number;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.developer) developer_id!: string;
  @Int(AMOUNT) amount_tokens!: number;
  @Text(USD) amount_usd!: string;
  @OneOf(PAYOUT_STATUSES, { description: 'The new status.' }) status!: string;
}

export const PayoutsNotInTier = problem(
  'payouts_not_in_tier',
  403,
  'Your tier does not include payouts. Earnings are kept until you upgrade.',
);
export const InsufficientEarnings = problem('insufficient_earnings', 409, 'Your earnings do not cover this payout.');
export const PayoutNotFound = problem('payout_not_found', 404, 'Payout not found.');
export const PayoutEnded = problem('payout_ended', 409, 'The status of this payout does not allow that.');

const decision = { output: PayoutUnderReview, problems: [PayoutNotFound, PayoutEnded], scope: 'admin:billing:write' as const };

export const payoutMembers = {
  requestPayout: operation('Request a payout', {
    description: 'Reserves earnings until an administrator pays or rejects the payout.',
    input: RequestPayout,
    output: Payout,
    problems: [PayoutsNotInTier, InsufficientEarnings],
    scope: 'developer:payouts:write',
  }),
  listPayouts: operation('List your payouts', {
    description: 'Returns your payouts of every status, newest first.',
    input: LimitOffsetCursor,
    output: page(Payout),
    scope: 'developer:payouts:read',
  }),
  listPendingPayouts: operation('List the payouts of all developers', {
    description: 'Returns the payouts of one status, by default those that wait for a decision, oldest first.',
    input: PayoutQueue,
    output: page(PayoutUnderReview),
    scope: 'admin:billing:read',
  }),
  approvePayout: operation('Approve a payout', {
    description: 'A pending payout becomes `approved`: it is to be paid.',
    input: DecidePayout,
    ...decision,
  }),
  rejectPayout: operation('Reject a payout', {
    description: 'A pending or approved payout becomes `rejected`; its credits return to the earnings of the developer.',
    input: DecidePayout,
    ...decision,
  }),
  payPayout: operation('Record the payment of a payout', {
    description: 'An approved payout becomes `paid`. Make the transfer first: Skep only records it.',
    input: PayPayout,
    ...decision,
  }),
  /** Internal. */
  getPayoutTerms: operation('Read the terms of payouts', { input: Empty, output: PayoutTerms }),

  payoutStatusChanged: event(PayoutStatusChanged),
};
