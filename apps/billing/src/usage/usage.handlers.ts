import { billing, type CallFinished, Forbidden, kernel, type TrackUsage, type UserRef } from '@skep/contracts';
import { type Ctx, Handle, Handlers, On } from '@skep/platform';
import { personNamed, WalletRepository } from '../wallet/wallet.repository.js';
import { UsageRepository } from './usage.repository.js';

@Handlers()
export class UsageHandlers {
  constructor(
    private readonly usage: UsageRepository,
    private readonly wallets: WalletRepository,
  ) {}

  @Handle(billing.getUsage)
  async getUsage(ctx: Ctx) {
    return this.limitsOf(ctx, await this.wallets.balanceOf(ctx));
  }

  @Handle(billing.getUserLimits)
  async getUserLimits(ctx: Ctx, input: UserRef) {
    const owner = personNamed(ctx, input);
    return this.limitsOf(owner, await this.wallets.look(owner));
  }

  @Handle(billing.trackUsage)
  async trackUsage(ctx: Ctx, input: TrackUsage) {
    const { tenant, user } = personNamed(ctx, input, Forbidden);
    const { meter, quantity, event_id } = input;
    if (event_id !== undefined) return { meter, used: await this.usage.countOnce(tenant, user, event_id, meter, quantity) };
    const [counted] = await this.usage.count(tenant, user, { [meter]: quantity });
    return { meter, used: counted?.used ?? 0 };
  }

  /** Every call of a person is one action, whatever became of it: one that was let begin under a limit has been counted then. */
  @On(kernel.callFinished)
  async callFinished(_: Ctx, { tenant_id, user_id, tokens_used, counted = false }: CallFinished) {
    const meters = { ...(!counted && { actions: 1 }), ...(tokens_used > 0 && { tokens: tokens_used }) };
    if (user_id && Object.keys(meters).length) await this.usage.count(tenant_id, user_id, meters);
  }

  private async limitsOf(owner: Pick<Ctx, 'tenant' | 'user'>, { plan }: { plan: string }) {
    const { usage, limits } = await this.usage.of(owner, plan);
    const exceeded = Object.entries(limits).flatMap(([meter, limit]) => (limit >= 0 && (usage[meter] ?? 0) > limit ? [meter] : []));
    return { plan, usage, limits, exceeded };
  }
}
