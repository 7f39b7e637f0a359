import type { SubscriptionTransition } from '@skep/contracts/billing';
import { Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { type ChargeResult, PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { withPaidPeriod } from './terms.js';

const TRANSITIONS: Readonly<Record<PlanChargeEntity['kind'], SubscriptionTransition>> = {
  subscribe: 'subscribed',
  upgrade: 'upgraded',
  renewal: 'renewed',
};
const DAY_MS = 86_400_000;
/** Interval between queries whether the card's owner has confirmed a payment, and how long to wait for it. */
const CONFIRMATION_MS = 60_000;
const CONFIRMATION_MAX_MS = DAY_MS;
const NOTHING_TO_PAY: ChargeResult = { status: 'succeeded', payment_id: null, client_secret: null, reason: null };

/** A charge after the attempt to pay it, and its subscription. */
export interface PlanPayment {
  charge: PlanChargeEntity;
  subscription: SubscriptionEntity;
  client_secret: string | null;
}

/**
 * Pays a committed charge and applies the result to its subscription. It may run again in any process: the provider takes the money once
 * per charge id, and a charge ends once. So another process can finish what a killed one left open.
 */
@Injectable()
export class PayPlan {
  private readonly graceMs: number;

  constructor(
    private readonly db: Database,
    private readonly subscriptions: SubscriptionRepository,
    private readonly provider: PaymentProvider,
    private readonly payments: PaymentRepository,
    config: BillingConfig,
  ) {
    this.graceMs = config.SKEP_PLAN_GRACE_DAYS * DAY_MS;
  }

  /** @throws Problem `payment_provider_away`; then the charge stays open and is retried. */
  async run(charge: PlanChargeEntity, deadline?: number): Promise<PlanPayment> {
    const result = await this.requestPayment(charge, deadline);
    return this.db.transaction(() => this.applyResult(charge, result));
  }

  private async requestPayment(
    { id, tenant_id, user_id, cents, plan, payment_id }: PlanChargeEntity,
    deadline?: number,
  ): Promise<ChargeResult> {
    if (cents === 0) return NOTHING_TO_PAY;
    const payer = { tenant: tenant_id, user: user_id, ...(deadline !== undefined && { deadline }) };
    // The owner had to confirm this payment. A repeated charge returns `requires_action` again, so query the payment instead.
    if (payment_id && (await this.provider.getReceivedCents(payer, { id: payment_id, price_cents: cents, currency: 'usd' })) >= cents)
      return { ...NOTHING_TO_PAY, payment_id };
    return this.provider.chargeSaved(payer, cents, id, `Plan ${plan}`, { metadata: { plan } });
  }

  private async applyResult({ id, tenant_id, user_id }: PlanChargeEntity, result: ChargeResult): Promise<PlanPayment> {
    const subscription = await this.subscriptions.lockOrCreate({ tenant: tenant_id, user: user_id });
    const charge = await this.subscriptions.getCharge(id);
    if (charge.status === 'open') {
      const { payment_id } = result;
      if (result.status === 'succeeded') await this.succeed(subscription, charge, payment_id);
      else if (result.status === 'requires_action' && canWaitForConfirmation(charge))
        await this.waitForConfirmation(subscription, charge, payment_id);
      else await this.decline(subscription, charge, payment_id);
    }
    return {
      charge: await this.subscriptions.getCharge(id),
      subscription: await this.subscriptions.lockOrCreate({ tenant: tenant_id, user: user_id }),
      client_secret: result.client_secret,
    };
  }

  private async succeed(subscription: SubscriptionEntity, charge: PlanChargeEntity, payment_id: string | null): Promise<void> {
    const now = new Date();
    await this.subscriptions.save(withPaidPeriod(subscription, charge, now, this.graceMs), TRANSITIONS[charge.kind]);
    const transaction_id = await this.subscriptions.grantIncluded(charge);
    const { tenant_id: tenant, user_id: user, cents: price_cents } = charge;
    if (payment_id) await this.payments.recordPlanPayment({ tenant, user }, { id: payment_id, provider: this.provider.name, price_cents });
    await this.subscriptions.updateCharge(charge.id, { status: 'paid', payment_id, transaction_id, ended_at: now });
  }

  private async waitForConfirmation(subscription: SubscriptionEntity, charge: PlanChargeEntity, payment_id: string | null): Promise<void> {
    await this.subscriptions.updateCharge(charge.id, { payment_id });
    await this.subscriptions.save({ ...subscription, due_at: new Date(Date.now() + CONFIRMATION_MS) });
  }

  /** A plan whose renewal was declined stays in effect for the grace period; the card is retried every day. */
  private async decline(subscription: SubscriptionEntity, charge: PlanChargeEntity, payment_id: string | null): Promise<void> {
    const now = new Date();
    await this.subscriptions.updateCharge(charge.id, { status: 'declined', payment_id, ended_at: now });
    const { status, period_end, anchor } = subscription;
    if (charge.kind !== 'renewal' || !anchor || !period_end)
      return this.subscriptions.save({ ...subscription, due_at: anchor && period_end });
    const due_at = new Date(Math.min(now.getTime() + DAY_MS, period_end.getTime() + this.graceMs));
    return this.subscriptions.save({ ...subscription, status: 'past_due', due_at }, status === 'past_due' ? undefined : 'past_due');
  }
}

/** Renewals do not wait: their owner is not present to confirm them. */
const canWaitForConfirmation = ({ kind, created_at }: PlanChargeEntity) =>
  kind !== 'renewal' && Date.now() - created_at.getTime() < CONFIRMATION_MAX_MS;
