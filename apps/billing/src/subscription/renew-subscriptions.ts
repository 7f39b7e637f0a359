import { Database, LOG, type Log, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { PayPlan } from './pay-plan.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { buildCharge, toExpired, withLease } from './terms.js';

const DAY_MS = 86_400_000;

/**
 * Processes due subscriptions: renews or expires them, and finishes open charges. Any number of instances may run it: each locks a
 * subscription that no other has locked, and leases it before it commits.
 */
@Injectable()
export class RenewSubscriptions extends IntervalJob {
  private readonly graceMs: number;

  constructor(
    private readonly db: Database,
    private readonly subscriptions: SubscriptionRepository,
    private readonly pay: PayPlan,
    config: BillingConfig,
    @Inject(LOG) log: Log,
  ) {
    super(config.SKEP_PLAN_RENEWAL_MS, log, 'renewing subscriptions failed; retrying');
    this.graceMs = config.SKEP_PLAN_GRACE_DAYS * DAY_MS;
  }

  protected async execute(): Promise<void> {
    for (;;) {
      const due = await this.db.transaction(() => this.claim());
      if (due === undefined) return;
      if (due === 'done') continue;
      const { charge } = await this.pay.run(due);
      if (charge.status === 'declined') this.log.info({ charge: charge.id, plan: charge.plan }, 'the card for a plan was declined');
    }
  }

  /** Processes one due subscription, or returns the charge to pay for it; undefined if none is due. */
  private async claim(): Promise<PlanChargeEntity | 'done' | undefined> {
    const subscription = await this.subscriptions.lockDue();
    if (!subscription) return undefined;
    const open = await this.subscriptions.findOpenCharge(subscription);
    if (open) {
      await this.subscriptions.save(withLease(subscription));
      return open;
    }
    const { status, period_end, cancel_at_period_end, plan, next_plan } = subscription;
    const graceOver = status === 'past_due' && Date.now() >= Number(period_end) + this.graceMs;
    if (cancel_at_period_end || graceOver) {
      await this.subscriptions.save(toExpired(subscription), 'expired');
      return 'done';
    }
    await this.subscriptions.save(withLease(subscription));
    return this.subscriptions.addCharge(subscription, buildCharge('renewal', await this.subscriptions.getPlan(next_plan ?? plan)));
  }
}
