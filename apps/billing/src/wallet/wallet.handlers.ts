import { billing, type HistoryQuery, type RecentQuery, type UserRef } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { personNamed, WalletRepository } from './wallet.repository.js';

@Handlers()
export class WalletHandlers {
  constructor(private readonly wallets: WalletRepository) {}

  @Handle(billing.getBalance)
  getBalance(ctx: Ctx) {
    return this.wallets.balanceOf(ctx);
  }

  @Handle(billing.getUserBalance)
  getUserBalance(ctx: Ctx, input: UserRef) {
    return this.wallets.look(personNamed(ctx, input));
  }

  @Handle(billing.listWalletHistory)
  listWalletHistory(ctx: Ctx, query: HistoryQuery) {
    return this.wallets.history(ctx, query);
  }

  @Handle(billing.listRecentEntries)
  listRecent(ctx: Ctx, { limit }: RecentQuery) {
    return this.wallets.history(ctx, { limit, offset: 0 });
  }
}
