import type { SubscriptionTransition } from '@skep/contracts';
import { Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { type Charge, PaymentProvider } from '../payment/payment-provider.js';
import { PaymentRepository } from '../payment/payment.repository.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import type { SubscriptionEntity } from './subscription.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { paidFor } from './terms.js';

const MOVES: Readonly<Record<PlanChargeEntity['move'], SubscriptionTransition>> = {
  subscribe: 'subscribed',
  upgrade: 'upgraded',
  renewal: 'renewed',
};
const DAY_MS = 86_400_000;
/** How often it is asked whether a card's owner has confirmed a payment, and how long that is waited for. */
const CONFIRMATION_MS = 60_000;
const CONFIRMATION_MAX_MS = DAY_MS;
const NOTHING_TO_PAY: Charge = { status: 'succeeded', payment_id: null, client_secret: null, reason: null };

/** A charge after the card was asked, and what became of it. */
export interface Paid {
  charge: PlanChargeEntity;
  subscription: SubscriptionEntity;
  client_secret: string | null;
}

/**
 * Has a charge paid that is written down already, and does what follows. It may be done again, by anybody: the provider takes the
 * money once for the charge's id, and the charge ends once. So what a killed process left open, another one finishes.
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

  /** @throws Problem `payment_provider_away`: then the charge stays open and is tried again. */
  async run(charge: PlanChargeEntity, deadline?: number): Promise<Paid> {
    const asked = await this.ask(charge, deadline);
    return this.db.transaction(() => this.settle(charge, asked));
  }

  private async ask({ id, tenant_id, user_id, cents, plan, payment_id }: PlanChargeEntity, deadline?: number): Promise<Charge> {
    if (cents === 0) return NOTHING_TO_PAY;
    const payer = { tenant: tenant_id, user: user_id, ...(deadline !== undefined && { deadline }) };
    // Its owner was asked to confirm it; the provider's answer to the charge itself stays what it was.
    if (payment_id && (await this.provider.receivedFor(payer, { id: payment_id, price_cents: cents, currency: 'usd' })) >= cents)
      return { ...NOTHING_TO_PAY, payment_id };
    return this.provider.chargeSaved(payer, cents, id, `Plan ${plan}`, { metadata: { plan } });
  }

  private async settle({ id, tenant_id, user_id }: PlanChargeEntity, asked: Charge): Promise<Paid> {
    const subscription = await this.subscriptions.lock({ tenant: tenant_id, user: user_id });
    const charge = await this.subscriptions.charge(id);
    if (charge.status === 'open') {
      const { payment_id } = asked;
      if (asked.status === 'succeeded') await this.succeed(subscription, charge, payment_id);
      else if (asked.status === 'requires_action' && mayWait(charge)) await this.wait(subscription, charge, payment_id);
      else await this.decline(subscription, charge, payment_id);
    }
    return {
      charge: await this.subscriptions.charge(id),
      subscription: await this.subscriptions.lock({ tenant: tenant_id, user: user_id }),
      client_secret: asked.client_secret,
    };
  }

  private async succeed(subscription: SubscriptionEntity, charge: PlanChargeEntity, payment_id: string | null): Promise<void> {
    const now = new Date();
    await this.subscriptions.save(paidFor(subscription, charge, now, this.graceMs), MOVES[charge.move]);
    const transaction_id = await this.subscriptions.grant(charge);
    const { tenant_id: tenant, user_id: user, cents: price_cents } = charge;
    if (payment_id) await this.payments.paidForPlan({ tenant, user }, { id: payment_id, provider: this.provider.name, price_cents });
    await this.subscriptions.endCharge(charge.id, { status: 'paid', payment_id, transaction_id, ended_at: now });
  }

  private async wait(subscription: SubscriptionEntity, charge: PlanChargeEntity, payment_id: string | null): Promise<void> {
    await this.subscriptions.endCharge(charge.id, { payment_id });
    await this.subscriptions.save({ ...subscription, due_at: new Date(Date.now() + CONFIRMATION_MS) });
  }

  /** A plan that is not renewed stays in effect for the grace, and is tried again each day of it. */
  private async decline(subscription: SubscriptionEntity, charge: PlanChargeEntity, payment_id: string | null): Promise<void> {
    const now = new Date();
    await this.subscriptions.endCharge(charge.id, { status: 'declined', payment_id, ended_at: now });
    const { status, period_end, anchor } = subscription;
    if (charge.move !== 'renewal' || !anchor || !period_end)
      return this.subscriptions.save({ ...subscription, due_at: anchor && period_end });
    const due_at = new Date(Math.min(now.getTime() + DAY_MS, period_end.getTime() + this.graceMs));
    return this.subscriptions.save({ ...subscription, status: 'past_due', due_at }, status === 'past_due' ? undefined : 'past_due');
  }
}

/** Nobody is there to confirm a renewal. */
const mayWait = ({ move, created_at }: PlanChargeEntity) => move !== 'renewal' && Date.now() - created_at.getTime() < CONFIRMATION_MAX_MS;
