import { PaymentNotCompleted, PaymentNotFound, type ConfirmTopup as Input, type TopupConfirmed } from '@skep/contracts/billing';
import { type Ctx, type Log, LOG } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import type { PaymentEntity } from '../payment/payment.entity.js';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';

/** Asks the provider whether a top-up is paid and credits it. Idempotent. */
@Injectable()
export class ConfirmTopup {
  constructor(
    private readonly payments: PaymentRepository,
    private readonly provider: PaymentProvider,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `payment_not_found`, `payment_not_completed`, `payment_provider_away`, `not_configured`. */
  async run(ctx: Ctx, { payment_intent_id }: Input): Promise<TopupConfirmed> {
    const payment = await this.payments.find(ctx, payment_intent_id);
    if (!payment) throw PaymentNotFound();
    if (payment.status !== 'credited') await this.assertPaid(ctx, payment);
    const { tokens, balance } = await this.payments.credit(ctx, payment.id);
    return { status: 'succeeded', payment_intent_id, tokens, balance };
  }

  private async assertPaid(ctx: Ctx, payment: PaymentEntity): Promise<void> {
    this.provider.assertEnabled();
    if (payment.provider !== this.provider.name) throw PaymentNotFound();
    const received = await this.provider.getReceivedCents(ctx, payment);
    if (received === payment.price_cents) return;
    if (received > 0)
      this.log.error(
        { payment: payment.id, received, price: payment.price_cents },
        'received an amount that differs from the price of the payment',
      );
    throw PaymentNotCompleted();
  }
}
