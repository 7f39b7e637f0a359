import { PaymentNotCompleted, PaymentProviderUnavailable, type StartTopup as Input, type TopupStarted } from '@skep/contracts';
import { type Ctx, Database, type Log, LOG } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import { mustBeSomebody } from '../wallet/wallet.repository.js';
import { Prices } from './prices.js';

/**
 * The provider is asked first and the payment noted then: a crash in between leaves an intent which nobody can pay, since
 * its client secret has not been told to anybody, or a paid one of which the provider tells. Nothing is written before, so that no
 * lock waits for the provider.
 */
@Injectable()
export class StartTopup {
  constructor(
    private readonly prices: Prices,
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    private readonly db: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async run(ctx: Ctx, input: Input): Promise<TopupStarted> {
    const { tokens, price_cents, off_session } = input;
    mustBeSomebody(ctx);
    this.provider.mustTakePayments();
    this.prices.check(tokens, price_cents);
    if (off_session) return this.charge(ctx, tokens, price_cents);
    const { id, client_secret } = await this.provider.create(ctx, input);
    await this.note(ctx, id, tokens, price_cents);
    return this.started(id, client_secret);
  }

  /** By the default saved method, at once. @throws Problem `payment_not_completed` when it is refused, or there is none. */
  private async charge(ctx: Ctx, tokens: number, cents: number): Promise<TopupStarted> {
    const metadata = { kind: 'topup', tokens };
    const key = `topup:${ctx.idempotencyKey ?? randomUUID()}`;
    const { status, payment_id, client_secret, reason } = await this.provider.chargeSaved(ctx, cents, key, `${tokens} credits`, {
      metadata,
    });
    if (status === 'declined' || !payment_id) throw PaymentNotCompleted(WORDS[reason ?? ''] ?? 'The payment method was declined.');
    await this.db.transaction(async () => {
      await this.note(ctx, payment_id, tokens, cents);
      if (status === 'succeeded') await this.payments.credit(ctx, payment_id);
    });
    return this.started(payment_id, client_secret ?? '', status);
  }

  private async note(ctx: Ctx, id: string, tokens: number, price_cents: number): Promise<void> {
    if (await this.payments.add(ctx, { id, provider: this.provider.name, kind: 'topup', tokens, price_cents })) return;
    this.log.error({ payment: id }, 'the payment provider answered with the id of another payment');
    throw PaymentProviderUnavailable();
  }

  private started(payment_intent_id: string, client_secret: string, charged?: 'succeeded' | 'requires_action'): TopupStarted {
    const { publishableKey: publishable_key } = this.provider;
    const [succeeded, requires_action] = [charged === 'succeeded', charged === 'requires_action'];
    const complete_with = this.provider.name === 'sandbox' && !succeeded ? 'POST /v1/billing/topup/sandbox/complete' : undefined;
    return { client_secret, payment_intent_id, publishable_key, succeeded, requires_action, complete_with };
  }
}

const WORDS: Record<string, string> = {
  no_payment_method: 'There is no saved payment method: POST /v1/billing/payment-methods/setup.',
};
