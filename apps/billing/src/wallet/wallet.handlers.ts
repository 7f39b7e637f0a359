import type { UserRef } from '@skep/contracts/auth';
import { billing, type HistoryQuery, type RecentQuery } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { resolveUserRef, WalletRepository } from './wallet.repository.js';

/** Operations on wallets. */
@Handlers()
export class WalletHandlers {
  constructor(private readonly wallets: WalletRepository) {}

  @Handle(billing.getBalance)
  getBalance(ctx: Ctx) {
    return this.wallets.getOrOpen(ctx);
  }

  @Handle(billing.getUserBalance)
  getUserBalance(ctx: Ctx, input: UserRef) {
    return this.wallets.peek(resolveUserRef(ctx, input));
  }

  @Handle(billing.listWalletHistory)
  listWalletHistory(ctx: Ctx, query: HistoryQuery) {
    return this.wallets.listHistory(ctx, query);
  }

  @Handle(billing.listRecentEntries)
  async listRecentEntries(ctx: Ctx, { limit }: RecentQuery) {
    return (await this.wallets.listHistory(ctx, { limit })).rows;
  }
}
