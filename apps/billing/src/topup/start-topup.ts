import { PaymentNotCompleted, PaymentProviderUnavailable, type StartTopup as Input, type TopupStarted } from '@skep/contracts/billing';
import { type Ctx, Database, type Log, LOG } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import { PlanFeatures } from '../plan/plan-features.js';
import { assertUser } from '../wallet/wallet.repository.js';
import { Prices } from './prices.js';

/**
 * Starts a top-up. The payment is created at the provider first and recorded after that, so that no lock waits for the provider. A crash
 * in between leaves either an intent that no one can pay, because its client secret was not sent, or a paid one that the webhook reports.
 */
@Injectable()
export class StartTopup {
  constructor(
    private readonly prices: Prices,
    private readonly features: PlanFeatures,
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    private readonly db: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Problem `price_mismatch`, `plan_feature_missing`, `payment_not_completed`, `payment_provider_away`, `not_configured`, `unauthenticated`. */
  async run(ctx: Ctx, input: Input): Promise<TopupStarted> {
    const { tokens, price_cents, off_session } = input;
    assertUser(ctx);
    this.provider.assertEnabled();
    await this.features.assertAllows(ctx, 'topups');
    (await this.prices.current()).assertPrice(tokens, price_cents);
    if (off_session) return this.chargeSavedMethod(ctx, tokens, price_cents);
    const { id, client_secret } = await this.provider.createPayment(ctx, input);
    await this.recordPayment(ctx, id, tokens, price_cents);
    return this.toTopupStarted(id, client_secret);
  }

  /** Charges the default saved method at once. @throws Problem `payment_not_completed` if it is declined or missing. */
  private async chargeSavedMethod(ctx: Ctx, tokens: number, cents: number): Promise<TopupStarted> {
    const metadata = { kind: 'topup', tokens };
    const key = `topup:${ctx.idempotencyKey ?? randomUUID()}`;
    const { status, payment_id, client_secret, reason } = await this.provider.chargeSaved(ctx, cents, key, `${tokens} credits`, {
      metadata,
    });
    if (status === 'declined' || !payment_id)
      throw PaymentNotCompleted(DECLINE_MESSAGES[reason ?? ''] ?? 'The payment method was declined.');
    await this.db.transaction(async () => {
      await this.recordPayment(ctx, payment_id, tokens, cents);
      if (status === 'succeeded') await this.payments.credit(ctx, payment_id);
    });
    return this.toTopupStarted(payment_id, client_secret ?? '', status);
  }

  private async recordPayment(ctx: Ctx, id: string, tokens: number, price_cents: number): Promise<void> {
    if (await this.payments.add(ctx, { id, provider: this.provider.name, kind: 'topup', tokens, price_cents })) return;
    this.log.error({ payment: id }, 'the payment provider returned the id of another payment');
    throw PaymentProviderUnavailable();
  }

  private toTopupStarted(payment_intent_id: string, client_secret: string, charged?: 'succeeded' | 'requires_action'): TopupStarted {
    const { publishableKey: publishable_key } = this.provider;
    const [succeeded, requires_action] = [charged === 'succeeded', charged === 'requires_action'];
    const complete_with = this.provider.name === 'sandbox' && !succeeded ? 'POST /v1/billing/topup/sandbox/complete' : undefined;
    return { client_secret, payment_intent_id, publishable_key, succeeded, requires_action, complete_with };
  }
}

const DECLINE_MESSAGES: Record<string, string> = {
  no_payment_method: 'You have no saved payment method. Save one with POST /v1/billing/payment-methods/setup.',
};
