import { billing } from '@skep/contracts';
import { type Ctx, Database, Handle, Handlers } from '@skep/platform';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { Plan } from './plan.entity.js';

@Handlers()
export class PlanHandlers {
  constructor(
    private readonly db: Database,
    private readonly wallets: WalletRepository,
  ) {}

  @Handle(billing.listPlans)
  async listPlans() {
    const plans = await this.db.of(Plan).find({ order: { position: 'ASC' } });
    return plans.map((plan) => ({ ...plan, price: plan.price_cents / 100 }));
  }

  /** Everybody is on the plan of their wallet since it opened; it does not end. */
  @Handle(billing.getSubscription)
  async getSubscription(ctx: Ctx) {
    const { plan, status, created_at } = await this.wallets.balanceOf(ctx);
    return { plan, status, started_at: created_at, expires_at: null };
  }
}
