import { Forbidden } from '@skep/contracts';
import type { UserRef } from '@skep/contracts/auth';
import { billing, type TrackUsage } from '@skep/contracts/billing';
import { type CallFinished, type CallsFinished, kernel } from '@skep/contracts/kernel';
import { Bus, type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import type { WalletEntity } from '../wallet/wallet.entity.js';
import { assertUser, resolveUserRef, WalletRepository } from '../wallet/wallet.repository.js';
import { exceededMeters } from './exceeded-meters.js';
import { type UsageCount, UsageRepository } from './usage.repository.js';

/** The meter that the kernel counts. */
const STORAGE = 'storage_bytes';
/** How long getUsage waits for the kernel. */
const STORAGE_TIMEOUT_MS = 1_000;

/** What a wallet says about the spending of its user. */
type Spending = Pick<WalletEntity, 'plan' | 'budget' | 'spent'>;

/** Operations on usage and limits, and the counting of finished calls. */
@Handlers()
export class UsageHandlers {
  constructor(
    private readonly usage: UsageRepository,
    private readonly wallets: WalletRepository,
    private readonly bus: Bus,
  ) {}

  @Handle(billing.getUsage)
  async getUsage(ctx: Ctx) {
    return this.getUsageOf(ctx, ctx, await this.wallets.getOrOpen(ctx));
  }

  @Handle(billing.getUserLimits)
  async getUserLimits(ctx: Ctx, input: UserRef) {
    const owner = resolveUserRef(ctx, input);
    return this.getUsageOf(ctx, owner, await this.wallets.peek(owner));
  }

  @Handle(billing.getStorageLimit)
  async getStorageLimit(ctx: Ctx) {
    assertUser(ctx);
    const { limits } = await this.usage.getUsage(ctx, (await this.wallets.peek(ctx)).plan);
    return { bytes: limits[STORAGE] ?? -1 };
  }

  @Handle(billing.trackUsage)
  async trackUsage(ctx: Ctx, input: TrackUsage) {
    const { tenant, user } = resolveUserRef(ctx, input, Forbidden);
    const { meter, quantity, event_id } = input;
    if (event_id !== undefined) return { meter, used: await this.usage.countOnce(tenant, user, event_id, meter, quantity) };
    const [counted] = await this.usage.count(tenant, user, { [meter]: quantity });
    return { meter, used: counted?.used ?? 0 };
  }

  /** Counts each finished call as one action, whatever its result, unless admitCall counted it when it began. */
  @OnEvent(kernel.callsFinished)
  async callsFinished(_: Ctx, { tenant_id, calls }: CallsFinished) {
    const counts: UsageCount[] = [];
    for (const { user_id, tokens_used, counted = false, counted_by } of calls) {
      if (!user_id) continue;
      if (counted_by) await this.usage.countOnce(tenant_id, user_id, counted_by, 'actions', 1);
      else if (!counted) counts.push({ user_id, meter: 'actions', quantity: 1 });
      if (tokens_used > 0) counts.push({ user_id, meter: 'tokens', quantity: tokens_used });
    }
    if (counts.length) await this.usage.countAll(tenant_id, counts);
  }

  @OnEvent(kernel.callFinished)
  callFinished(ctx: Ctx, call: CallFinished) {
    return this.callsFinished(ctx, { tenant_id: call.tenant_id, calls: [call] });
  }

  /** A budget is a limit of the meter `credits`. */
  private async getUsageOf(ctx: Ctx, owner: Pick<Ctx, 'tenant' | 'user'>, { plan, budget, spent }: Spending) {
    const [{ usage: counted, limits: ofPlan }, stored] = await Promise.all([
      this.usage.getUsage(owner, plan),
      this.getStorageUsage({ ...ctx, ...owner }),
    ]);
    const { [STORAGE]: _, ...meters } = counted;
    const usage: Record<string, number> = { ...meters, ...stored, ...(budget !== null && { credits: spent }) };
    const limits = { ...ofPlan, ...(budget !== null && { credits: budget }) };
    return { plan, usage, limits, exceeded: exceededMeters(limits, usage) };
  }

  /** Bytes that documents use; empty while the kernel does not answer, so that the other meters are still returned. */
  private async getStorageUsage(ctx: Ctx): Promise<Record<string, number>> {
    const shortCtx = { ...ctx, deadline: Math.min(ctx.deadline, Date.now() + STORAGE_TIMEOUT_MS), idempotencyKey: undefined };
    return this.bus.call(kernel.getStorageUsage, shortCtx, {}).then(
      ({ bytes }) => ({ [STORAGE]: bytes }),
      () => ({}),
    );
  }
}
