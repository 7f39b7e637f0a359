import type { StripeDelivery } from '@skep/contracts/billing';
import { type Ctx, Database, type Log, LOG, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AutoTopupRepository } from '../auto-topup/auto-topup.repository.js';
import { parsePaymentMetadata, type PaymentUpdate, type ReportedPayment } from '../payment/payment-update.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';

const INSERT_EVENT = statement('insert into payment_event (id, type) values (:id, :type) on conflict do nothing returning id', {
  id: 'text',
});

/**
 * Applies each event of the provider once, in one transaction with its effect. The order does not matter: a paid payment stays paid,
 * the refunded total only grows, and an ended dispute never reopens.
 */
@Injectable()
export class HandlePaymentEvent {
  constructor(
    private readonly db: Database,
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    private readonly autoTopups: AutoTopupRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `bad_request` unless the provider signed the event. */
  async run(ctx: Ctx, { signature, body }: StripeDelivery): Promise<{ received: boolean }> {
    const { id, type, update } = this.provider.parseEvent(Buffer.from(body, 'base64'), signature);
    if (update)
      await this.db.transaction(async () => {
        if (await this.db.row(INSERT_EVENT, { id, type })) await this.apply(ctx, update);
      });
    return { received: true };
  }

  private async apply(ctx: Ctx, update: PaymentUpdate): Promise<void> {
    switch (update.kind) {
      case 'paid':
        if (!(await this.recordPayment(update.payment))) return;
        await this.payments.settle(ctx, update.payment.id);
        return this.autoTopups.complete(parsePaymentMetadata(update.payment)?.recharge, update.payment.id);
      case 'canceled':
        return this.payments.cancel(update.id);
      case 'charged':
        if (await this.recordPayment(update.payment))
          await this.payments.recordCharge(ctx, update.payment.id, update.refunded_cents, update.receipt_url);
        return;
      case 'disputed': {
        const { payment_id, status } = update;
        const payment = await this.payments.recordDispute(update);
        if (!payment) return;
        const owner = { ...ctx, tenant: payment.tenant_id, user: payment.user_id };
        // Lock the settings before the wallet, as updateAutoTopup does.
        if (status !== 'won') await this.autoTopups.disable(owner, 'disputed');
        await this.payments.reverse(ctx, payment_id);
      }
    }
  }

  /** Records a payment that a crash left unrecorded. Returns false if it is not ours, or its terms differ from the recorded ones. */
  private async recordPayment(payment: ReportedPayment): Promise<boolean> {
    const order = parsePaymentMetadata(payment);
    if (!order) return false;
    const { kind, tokens } = order;
    const newPayment = { id: payment.id, provider: this.provider.name, kind, tokens, price_cents: payment.cents };
    if (payment.currency === 'usd' && (await this.payments.add(order, newPayment))) return true;
    const { id, cents, currency } = payment;
    this.log.error({ payment: id, cents, currency }, 'the provider reports a payment with other terms than it was created with');
    return false;
  }
}
