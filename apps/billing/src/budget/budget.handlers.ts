import { auth } from '@skep/contracts/auth';
import { billing, type Budget, type BudgetRef, type SetBudget } from '@skep/contracts/billing';
import { Bus, type Ctx, Database, Handle, Handlers, Outbox, statement } from '@skep/platform';
import { WalletRepository } from '../wallet/wallet.repository.js';

const SET = statement('select set_budget(:tenant, :user, :monthly_credits) as before', { before: 'int8?' });

/** What administrators let the users of their tenant spend. place_holds enforces it. */
@Handlers()
export class BudgetHandlers {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly bus: Bus,
    private readonly wallets: WalletRepository,
  ) {}

  @Handle(billing.getBudget)
  async getBudget(ctx: Ctx, { user_id }: BudgetRef): Promise<Budget> {
    await this.assertUser(ctx, user_id);
    return this.describe(ctx, user_id);
  }

  @Handle(billing.setBudget)
  async setBudget(ctx: Ctx, { user_id, monthly_credits }: SetBudget): Promise<Budget> {
    await this.assertUser(ctx, user_id);
    const owner = { tenant: ctx.tenant, user: user_id };
    await this.db.transaction(async () => {
      const { before } = (await this.db.row(SET, { ...owner, monthly_credits }))!;
      const change = { tenant_id: ctx.tenant, user_id, from: before, to: monthly_credits };
      if (before !== monthly_credits) await this.outbox.add(billing.budgetChanged, ctx, change);
    });
    return this.describe(ctx, user_id);
  }

  private async describe({ tenant }: Ctx, user_id: string): Promise<Budget> {
    const { budget, spent, held, resets_at } = await this.wallets.peek({ tenant, user: user_id });
    return { user_id, monthly_credits: budget, spent, held, resets_at };
  }

  /** @throws Problem `user_not_found` unless the user is one of the caller's tenant */
  private async assertUser(ctx: Ctx, user_id: string): Promise<void> {
    await this.bus.call(auth.describeUser, { ...ctx, idempotencyKey: undefined }, { user_id, tenant_id: ctx.tenant });
  }
}
