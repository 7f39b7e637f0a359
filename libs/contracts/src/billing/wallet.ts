import { UserNotFound, UserRef } from '../auth/account.js';
import { Empty, LimitOffset } from '../common.js';
import { event, list, operation } from '../define.js';
import { Instant, Int, Nullable, Optional, Text } from '../fields.js';

/** A wallet, in credits: 1 credit = 1 token = $0.001. */
export class Wallet {
  @Int({ example: 4200 }) balance!: number;
  @Text({ example: 'token' }) currency!: string;
  @Instant() updated_at!: Date;
  @Text({ example: 'free' }) plan!: string;
  @Text({ example: 'active' }) status!: string;
  @Int({ description: 'The balance at which the meter is full: the included credits or the balance, whichever is more.' }) cap!: number;
  @Int() included_tokens!: number;
  @Int({ description: 'Of the balance, what calls in progress have reserved.' }) held!: number;
}

/** One line of a wallet's history. `amount` is signed. */
export class LedgerEntry {
  @Int() id!: number;
  @Text() transaction_id!: string;
  @Int() amount!: number;
  @Int() balance_after!: number;
  @Text({ example: 'topup' }) reason!: string;
  @Nullable() @Text() app_id!: string | null;
  @Nullable() @Text() description!: string | null;
  @Instant() created_at!: Date;
  @Nullable() @Text({ description: 'Of a call, as is the rest up to `owed`: what was called.' }) function!: string | null;
  @Nullable() @Text({ description: 'Its line in `GET /v1/actions`.' }) action_id!: string | null;
  @Nullable() @Text() trace_id!: string | null;
  @Nullable() @Int({ description: 'For the app.' }) base_price!: number | null;
  @Nullable() @Int({ description: 'For the language model.' }) platform_fee!: number | null;
  @Nullable() @Int({ description: 'What the wallet could not pay then.' }) owed!: number | null;
  @Nullable() @Text({ description: 'The payment that brought it.' }) payment_intent_id!: string | null;
  @Nullable() @Text({ description: 'The plan that includes it.' }) plan!: string | null;
}

export class HistoryQuery extends LimitOffset {
  @Optional() @Instant() from?: Date;
  @Optional() @Instant({ description: 'Not included.' }) to?: Date;
  @Optional() @Text({ max: 32, example: 'call' }) reason?: string;
}

export class RecentQuery {
  @Int({ min: 1, max: 50 }) limit: number = 10;
}

export class BalanceChanged {
  @Text() user_id!: string;
  @Text() tenant_id!: string;
  @Int() balance!: number;
  @Int() amount!: number;
  @Text() reason!: string;
  @Text() transaction_id!: string;
}

export const walletMembers = {
  getBalance: operation('Read the wallet balance', { input: Empty, output: Wallet, scope: 'billing:read' }),
  getUserBalance: operation('Read somebody’s wallet (services only)', { input: UserRef, output: Wallet, problems: [UserNotFound] }),
  listWalletHistory: operation('List what went in and out of the wallet', {
    input: HistoryQuery,
    output: list(LedgerEntry),
    scope: 'billing:read',
  }),
  listRecentEntries: operation('List the newest wallet entries', { input: RecentQuery, output: list(LedgerEntry), scope: 'billing:read' }),

  balanceChanged: event(BalanceChanged),
};
