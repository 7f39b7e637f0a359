import { Database, LOG, type Log, IntervalJob } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { BillingConfig } from '../billing.config.js';
import { PayPlan } from './pay-plan.js';
import type { PlanChargeEntity } from './plan-charge.entity.js';
import { SubscriptionRepository } from './subscription.repository.js';
import { chargeFor, expired, leased } from './terms.js';

const DAY_MS = 86_400_000;

/**
 * Does what is due: renews, ends, and finishes the charges that somebody left open. Any number of instances may; each takes a
 * subscription that no other has locked, and puts it off before it lets go.
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
    super(config.SKEP_PLAN_RENEWAL_MS, log, 'subscriptions could not be renewed; trying again');
    this.graceMs = config.SKEP_PLAN_GRACE_DAYS * DAY_MS;
  }

  protected async execute(): Promise<void> {
    for (;;) {
      const due = await this.db.transaction(() => this.claim());
      if (due === undefined) return;
      if (due === 'done') continue;
      const { charge } = await this.pay.run(due);
      if (charge.status === 'declined') this.log.info({ charge: charge.id, plan: charge.plan }, 'a card was declined');
    }
  }

  /** Does what one due subscription needs, or answers the charge to be paid for it. */
  private async claim(): Promise<PlanChargeEntity | 'done' | undefined> {
    const subscription = await this.subscriptions.lockDue();
    if (!subscription) return undefined;
    const open = await this.subscriptions.openCharge(subscription);
    if (open) {
      await this.subscriptions.save(leased(subscription));
      return open;
    }
    const { status, period_end, cancel_at_period_end, plan, next_plan } = subscription;
    const tooLate = status === 'past_due' && Date.now() >= Number(period_end) + this.graceMs;
    if (cancel_at_period_end || tooLate) {
      await this.subscriptions.save(expired(subscription), 'expired');
      return 'done';
    }
    await this.subscriptions.save(leased(subscription));
    return this.subscriptions.addCharge(subscription, chargeFor('renewal', await this.subscriptions.plan(next_plan ?? plan)));
  }
}
