import { billing } from '@skep/contracts/billing';
import { Database, Handle, Handlers } from '@skep/platform';
import { PlanEntity } from './plan.entity.js';

/** Operations on plans. */
@Handlers()
export class PlanHandlers {
  constructor(private readonly db: Database) {}

  @Handle(billing.listPlans)
  async listPlans() {
    const plans = await this.db.repository(PlanEntity).find({ order: { position: 'ASC' } });
    return plans.map((plan) => ({ ...plan, price: plan.price_cents / 100 }));
  }
}
