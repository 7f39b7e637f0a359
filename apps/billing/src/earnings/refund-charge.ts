import { Forbidden } from '@skep/contracts';
import { billing, ChargeNotFound, type ChargeRefund, type RefundCharge as Input, RefundExceedsCharge } from '@skep/contracts/billing';
import { as, assertOperator, type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const FIND = statement(
  'select h.id, h.user_id from call_charge c join hold h on h.id = c.hold_id where c.action_id = :action_id order by h.id limit 1',
  { id: 'text', user_id: 'text' },
);
/** The last refund, if nothing was left. */
const REFUND = statement('select * from refund_call(:id, :amount, :reason, :by)', {
  ...{ outcome: as<'refunded' | 'too_much' | 'nothing_left'>('text'), refundable: 'int8', balance: 'int8' },
  hold_id: 'text',
  ...{ tenant_id: 'text', user_id: 'text', amount: 'int8', share: 'int8', transaction_id: 'text', reversed_at: 'timestamptz' },
});

/** Refunds a charge, in whole or in part, to its user. */
@Injectable()
export class RefundCharge {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `charge_not_found`, `refund_exceeds_charge`, `forbidden`, also for a charge of one's own */
  run(ctx: Ctx, { action_id, amount, reason }: Input): Promise<ChargeRefund> {
    assertOperator(ctx, 'admin:billing:write');
    return this.db.transaction(async () => {
      const charge = await this.db.row(FIND, { action_id });
      if (!charge) throw ChargeNotFound();
      if (ctx.user === charge.user_id) throw Forbidden('This charge is yours. Another administrator must refund it.');
      const values = { id: charge.id, amount: amount ?? null, reason, by: ctx.user || ctx.actor };
      const refund = await this.db.row(REFUND, values);
      if (!refund) throw ChargeNotFound();
      const { outcome, refundable } = refund;
      if (outcome === 'too_much' || (outcome === 'nothing_left' && amount !== undefined))
        throw RefundExceedsCharge(`${refundable} credits of this charge are left to refund.`);
      if (outcome === 'refunded') await this.publish(ctx, action_id, refund);
      return { ...refund, action_id };
    });
  }

  private async publish(ctx: Ctx, action_id: string, refund: NonNullable<(typeof REFUND)['row']>): Promise<void> {
    const { tenant_id, user_id, amount, balance, transaction_id } = refund;
    const owner = { ...ctx, tenant: tenant_id, user: user_id };
    await this.outbox.add(billing.balanceChanged, owner, { tenant_id, user_id, balance, amount, reason: 'call_reversal', transaction_id });
    await this.outbox.add(billing.chargeRefunded, ctx, { action_id, tenant_id, user_id, amount });
  }
}
