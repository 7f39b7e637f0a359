import { billing, type CallFinished, Forbidden, kernel, type TrackUsage, type UserRef } from '@skep/contracts';
import { Bus, type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import { mustBeSomebody, personNamed, WalletRepository } from '../wallet/wallet.repository.js';
import { UsageRepository } from './usage.repository.js';

/** The meter that the kernel keeps. */
const STORAGE = 'storage_bytes';
/** How long an answer waits for it. */
const STORAGE_TIMEOUT_MS = 1_000;

@Handlers()
export class UsageHandlers {
  constructor(
    private readonly usage: UsageRepository,
    private readonly wallets: WalletRepository,
    private readonly bus: Bus,
  ) {}

  @Handle(billing.getUsage)
  async getUsage(ctx: Ctx) {
    return this.limitsOf(ctx, ctx, await this.wallets.balanceOf(ctx));
  }

  @Handle(billing.getUserLimits)
  async getUserLimits(ctx: Ctx, input: UserRef) {
    const owner = personNamed(ctx, input);
    return this.limitsOf(ctx, owner, await this.wallets.look(owner));
  }

  @Handle(billing.getStorageLimit)
  async getStorageLimit(ctx: Ctx) {
    mustBeSomebody(ctx);
    const { limits } = await this.usage.of(ctx, (await this.wallets.look(ctx)).plan);
    return { bytes: limits[STORAGE] ?? -1 };
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
  @OnEvent(kernel.callFinished)
  async callFinished(_: Ctx, { tenant_id, user_id, tokens_used, counted = false, counted_by }: CallFinished) {
    if (!user_id) return;
    if (counted_by) await this.usage.countOnce(tenant_id, user_id, counted_by, 'actions', 1);
    const meters = { ...(!counted && !counted_by && { actions: 1 }), ...(tokens_used > 0 && { tokens: tokens_used }) };
    if (Object.keys(meters).length) await this.usage.count(tenant_id, user_id, meters);
  }

  private async limitsOf(ctx: Ctx, owner: Pick<Ctx, 'tenant' | 'user'>, { plan }: { plan: string }) {
    const [{ usage: counted, limits }, stored] = await Promise.all([this.usage.of(owner, plan), this.storedBy({ ...ctx, ...owner })]);
    const { [STORAGE]: _, ...meters } = counted;
    const usage: Record<string, number> = { ...meters, ...stored };
    const exceeded = Object.entries(limits).flatMap(([meter, limit]) => (limit >= 0 && (usage[meter] ?? 0) > limit ? [meter] : []));
    return { plan, usage, limits, exceeded };
  }

  /** Nothing where the kernel does not answer: what is used of a month is worth showing without it. */
  private async storedBy(ctx: Ctx): Promise<Record<string, number>> {
    const asked = { ...ctx, deadline: Math.min(ctx.deadline, Date.now() + STORAGE_TIMEOUT_MS), idempotencyKey: undefined };
    return this.bus.call(kernel.getStorageUsage, asked, {}).then(
      ({ bytes }) => ({ [STORAGE]: bytes }),
      () => ({}),
    );
  }
}
