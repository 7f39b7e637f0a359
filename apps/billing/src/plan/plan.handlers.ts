import { billing, type PlanFeature, PlanNotFound } from '@skep/contracts/billing';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { PriceSettings } from '../pricing/price-settings.js';
import { PlanEntity } from './plan.entity.js';

/** Operations on plans. */
@Handlers()
export class PlanHandlers {
  constructor(
    private readonly db: Database,
    private readonly prices: PriceSettings,
  ) {}

  @Handle(billing.listPlans)
  async listPlans() {
    const plans = await this.db.repository(PlanEntity).find({ order: { position: 'ASC' } });
    return plans.map((plan) => ({ ...plan, price: plan.price_cents / 100 }));
  }

  @Handle(billing.setPlanFeature)
  setPlanFeature(ctx: Ctx, { plan_id: id, feature, enabled }: PlanFeature): Promise<PlanFeature> {
    return this.db.transaction(async () => {
      const plans = this.db.repository(PlanEntity);
      const plan = await plans.findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!plan) throw PlanNotFound();
      const features = { ...plan.features, [feature]: enabled };
      await plans.update({ id }, { features });
      await this.prices.publish(ctx, 'plan', id, plan.features, features);
      return { plan_id: id, feature, enabled };
    });
  }
}
