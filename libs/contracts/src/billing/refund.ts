import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { type FieldDocs, Instant, Int, Optional, Shape, Text } from '../fields.js';
import { Forbidden, problem } from '../problem.js';

const docs = {
  action_id: { description: 'The action that was charged, as in the history of the wallet.', example: 'act_5b2e' },
  amount: { description: 'Credits that the user gets back.', example: 40 },
} satisfies Record<string, FieldDocs>;

@Shape('A charge to refund, in whole or in part.')
export class RefundCharge {
  @Text({ min: 1, max: 64, ...docs.action_id }) action_id!: string;
  @Optional()
  @Int({ min: 1, ...docs.amount, description: `${docs.amount.description} Left out: all that is left of the charge.` })
  amount?: number;
  @Text({ min: 1, max: 500, description: 'Why, for the books. The user sees it in their history.' }) reason!: string;
}

@Shape('A refunded charge.')
export class ChargeRefund {
  @Text(docs.action_id) action_id!: string;
  @Text({ description: 'Id of the transaction.' }) transaction_id!: string;
  @Int(docs.amount) amount!: number;
  @Int({ description: 'Part of `amount` that came out of the earnings of the developer.', example: 28 }) share!: number;
  @Int({ description: 'Credits of the charge that are not refunded yet.', example: 0 }) refundable!: number;
  @Instant({ description: 'When it was refunded.' }) reversed_at!: Date;
}

@Shape('A charge was refunded.')
export class ChargeRefunded {
  @Text(docs.action_id) action_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Int(docs.amount) amount!: number;
}

export const ChargeNotFound = problem('charge_not_found', 404, 'Charge not found.');
export const RefundExceedsCharge = problem('refund_exceeds_charge', 409, 'This is more than what is left of the charge.');

export const refundMembers = {
  refundCharge: operation('Refund a charge', {
    description:
      'Returns credits of a call or a completion to its user, of any tenant, and takes the share of the developer back. Refunds of a charge are never more than the charge. Send an `Idempotency-Key` with each part. A repeated refund of the rest returns the last one.',
    input: RefundCharge,
    output: ChargeRefund,
    problems: [ChargeNotFound, RefundExceedsCharge, Forbidden],
    scope: 'admin:billing:write',
  }),

  chargeRefunded: event(ChargeRefunded),
};
