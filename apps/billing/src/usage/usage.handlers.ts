import { billing, type CallFinished, Forbidden, kernel, type TrackUsage } from '@skep/contracts';
import { type Ctx, Handle, Handlers, On } from '@skep/platform';
import { WalletRepository } from '../wallet/wallet.repository.js';
import { UsageRepository } from './usage.repository.js';

@Handlers()
export class UsageHandlers {
  constructor(
    private readonly usage: UsageRepository,
    private readonly wallets: WalletRepository,
  ) {}

  @Handle(billing.getUsage)
  async getUsage(ctx: Ctx) {
    const { plan } = await this.wallets.balanceOf(ctx);
    const { usage, limits } = await this.usage.of(ctx, plan);
    const exceeded = Object.entries(limits).flatMap(([meter, limit]) => (limit >= 0 && (usage[meter] ?? 0) > limit ? [meter] : []));
    return { plan, usage, limits, exceeded };
  }

  /** The person counted stands in the input. Where the context names one as well, they must be the same. */
  @Handle(billing.trackUsage)
  async trackUsage(ctx: Ctx, { tenant_id, user_id, meter, quantity }: TrackUsage) {
    if (ctx.user && (ctx.user !== user_id || ctx.tenant !== tenant_id)) throw Forbidden('This counts the usage of somebody else.');
    const [counted] = await this.usage.count(tenant_id, user_id, { [meter]: quantity });
    return { meter, used: counted?.used ?? 0 };
  }

  /** Every call of a person that has ended is one action, whatever became of it. */
  @On(kernel.callFinished)
  async callFinished(_: Ctx, { tenant_id, user_id, tokens_used }: CallFinished) {
    if (user_id) await this.usage.count(tenant_id, user_id, { actions: 1, ...(tokens_used > 0 && { tokens: tokens_used }) });
  }
}
