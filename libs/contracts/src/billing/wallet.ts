import { UserNotFound, UserRef } from '../auth/account.js';
import { Cursor, Empty, IDS, LimitOffset } from '../common.js';
import { event, list, operation, page } from '../define.js';
import { Instant, Int, Nullable, Optional, Shape, Text } from '../fields.js';

const REASONS = '`grant`, `topup`, `call`, `repayment`, `reversal`, `reinstatement`, `call_reversal`, `payout` or `tier`';

@Shape('A wallet. Amounts are in credits: 1 credit = 1 token = $0.001.')
export class Wallet {
  @Int({ description: 'Credits in the wallet, including held ones. Below 0 when the user owes credits.', example: 4200 }) balance!: number;
  @Text({ description: 'Always `token`.', example: 'token' }) currency!: string;
  @Instant({ description: 'When the balance last changed.' }) updated_at!: Date;
  @Text({ description: 'Id of the plan.', example: 'free' }) plan!: string;
  @Text({ description: 'Status of the subscription: `active`, `past_due` or `expired`.', example: 'active' }) status!: string;
  @Int({ description: 'The balance at which a meter shows "full": the included credits or the balance, whichever is more.', example: 5000 })
  cap!: number;
  @Int({ description: 'Credits per month that the plan includes.', example: 5000 }) included_tokens!: number;
  @Int({ description: 'Credits of the balance that running calls reserve.', example: 0 }) held!: number;
}

@Shape('A movement of credits in a wallet. Fields about a call, a payment or a plan are null for other movements.')
export class LedgerEntry {
  @Int({ description: 'Id of the entry.', example: 318 }) id!: number;
  @Text({ description: 'Id of the transaction that the entry belongs to.', example: 'call:hold_5b2e' }) transaction_id!: string;
  @Int({ description: 'Credits: positive when they entered the wallet, negative when they left it.', example: -40 }) amount!: number;
  @Int({ description: 'Balance after this entry, in credits.', example: 4200 }) balance_after!: number;
  @Text({ description: `Why the credits moved: ${REASONS}.`, example: 'call' }) reason!: string;
  @Nullable() @Text({ description: 'The called app; null unless a call caused the entry.', example: 'link-saver' }) app_id!: string | null;
  @Nullable() @Text({ description: 'A sentence about the movement; null when there is none.' }) description!: string | null;
  @Instant({ description: 'When the credits moved.' }) created_at!: Date;
  @Nullable() @Text({ description: 'The called function; null unless a call caused the entry.', example: 'save_link' }) function!:
    string | null;
  @Nullable()
  @Text({ description: 'The action in `GET /v1/actions`; null unless a call caused the entry.', example: 'act_5b2e' })
  action_id!: string | null;
  @Nullable() @Text({ ...IDS.trace, description: `${IDS.trace.description} Null unless a call caused the entry.` }) trace_id!:
    string | null;
  @Nullable() @Int({ description: 'Credits for the app; null unless a call caused the entry.', example: 40 }) base_price!: number | null;
  @Nullable()
  @Int({ description: 'Credits for the language model; null unless a call caused the entry.', example: 0 })
  platform_fee!: number | null;
  @Nullable()
  @Int({ description: 'Credits that the wallet could not pay at the time; null unless a call caused the entry.', example: 0 })
  owed!: number | null;
  @Nullable() @Text({ description: 'The payment that bought the credits; null for other movements.' }) payment_intent_id!: string | null;
  @Nullable() @Text({ description: 'The plan that includes the credits; null for other movements.' }) plan!: string | null;
}

@Shape('Which entries of the wallet to list.')
export class HistoryQuery extends LimitOffset {
  @Optional() @Instant({ description: 'Earliest time, included.' }) from?: Date;
  @Optional() @Instant({ description: 'Latest time, excluded.' }) to?: Date;
  @Optional() @Text({ max: 32, description: `Only entries with this reason: ${REASONS}.`, example: 'call' }) reason?: string;
  @Cursor() cursor?: string;
}

@Shape('How many entries to list.')
export class RecentQuery {
  @Int({ min: 1, max: 50, description: 'Maximum number of entries.' }) limit: number = 10;
}

@Shape('The balance of a wallet has changed.')
export class BalanceChanged {
  @Text(IDS.user) user_id!: string;
  @Text(IDS.tenant) tenant_id!: string;
  @Int({ description: 'The new balance, in credits.' }) balance!: number;
  @Int({ description: 'Credits: positive when they entered the wallet, negative when they left it.' }) amount!: number;
  @Text({ description: `Why: ${REASONS}.` }) reason!: string;
  @Text({ description: 'Id of the transaction.' }) transaction_id!: string;
}

export const walletMembers = {
  getBalance: operation('Read your wallet', {
    description: 'Returns the balance, the reserved credits and the plan.',
    input: Empty,
    output: Wallet,
    scope: 'billing:read',
  }),
  getUserBalance: operation('Read the wallet of a user (services only)', {
    description: 'The same as your wallet, for any user.',
    input: UserRef,
    output: Wallet,
    problems: [UserNotFound],
  }),
  listWalletHistory: operation('List the entries of your wallet', {
    description: 'Returns every movement of credits, newest first.',
    input: HistoryQuery,
    output: page(LedgerEntry),
    scope: 'billing:read',
  }),
  listRecentEntries: operation('List the newest entries of your wallet', {
    description: 'Returns the last movements of credits, newest first.',
    input: RecentQuery,
    output: list(LedgerEntry),
    scope: 'billing:read',
  }),

  balanceChanged: event(BalanceChanged),
};
