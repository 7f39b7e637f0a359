import type { StripeDelivery } from '@skep/contracts';
import { type Ctx, Database, type Log, LOG, statement } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AutoTopupRepository } from '../auto-topup/auto-topup.repository.js';
import { orderOf, type PaymentNews, type ToldPayment } from './payment-news.js';
import { PaymentProvider } from './payment-provider.js';
import { PaymentRepository } from './payment.repository.js';

const TAKE = statement<{ id: string }>('insert into payment_event (id, type) values ($1, $2) on conflict do nothing returning id');

/**
 * What the provider tells is taken once, in the transaction of its effect. Nothing depends on the order: what was paid stays paid,
 * a sum that was given back only grows, and a dispute that has ended does not begin again.
 */
@Injectable()
export class TakePaymentEvent {
  constructor(
    private readonly db: Database,
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    private readonly autoTopups: AutoTopupRepository,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `bad_request` for what the provider has not signed. */
  async run(ctx: Ctx, { signature, body }: StripeDelivery): Promise<{ received: boolean }> {
    const { id, type, news } = this.provider.readEvent(Buffer.from(body, 'base64'), signature);
    if (news)
      await this.db.transaction(async () => {
        if (await this.db.row(TAKE, [id, type])) await this.take(ctx, news);
      });
    return { received: true };
  }

  private async take(ctx: Ctx, news: PaymentNews): Promise<void> {
    switch (news.what) {
      case 'paid':
        if (!(await this.note(news.payment))) return;
        await this.payments.settle(ctx, news.payment.id);
        return this.autoTopups.recharged(orderOf(news.payment)?.recharge, news.payment.id);
      case 'canceled':
        return this.payments.cancel(news.id);
      case 'charged':
        if (await this.note(news.payment)) await this.payments.charged(ctx, news.payment.id, news.refunded_cents, news.receipt_url);
        return;
      case 'disputed': {
        const { payment_id, dispute_id, cents, status } = news;
        const payment = await this.payments.disputed(payment_id, { id: dispute_id, cents, status });
        if (!payment) return;
        const owner = { ...ctx, tenant: payment.tenant_id, user: payment.user_id };
        // Settings are locked before the wallet, as by whoever sets them.
        if (status !== 'won') await this.autoTopups.switchOff(owner, 'disputed');
        await this.payments.reverse(ctx, payment_id);
      }
    }
  }

  /** A payment that we began and could not note before we died is noted now. False: it is not ours, or not the one we know. */
  private async note(payment: ToldPayment): Promise<boolean> {
    const order = orderOf(payment);
    if (!order) return false;
    const { kind, tokens } = order;
    const known = { id: payment.id, provider: this.provider.name, kind, tokens, price_cents: payment.cents };
    if (payment.currency === 'usd' && (await this.payments.add(order, known))) return true;
    const { id, cents, currency } = payment;
    this.log.error({ payment: id, cents, currency }, 'the provider tells of a payment on other terms than it was begun');
    return false;
  }
}
