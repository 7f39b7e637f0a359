import { type Page, Unauthenticated } from '@skep/contracts';
import { UserNotFound, type UserRef } from '@skep/contracts/auth';
import { type HistoryQuery, LedgerEntry, Wallet } from '@skep/contracts/billing';
import { COUNTED_MAX, type Ctx, Database, defineList, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const SPENDING = { budget: 'int8?', spent: 'int8', resets_at: 'timestamptz' } as const;
const RESETS_AT = `(usage_month() + interval '1 month') at time zone 'UTC' as resets_at`;
const FIND = statement(
  `select balance, held, 'token' as currency, updated_at, created_at, account_id, plan, status, included_tokens, greatest(balance, included_tokens) as cap,
         budget, case when spent_month = usage_month() then spent else 0 end as spent, ${RESETS_AT}
    from wallet where tenant_id = :tenant and user_id = :user`,
  Wallet,
  { created_at: 'timestamptz', account_id: 'int8', ...SPENDING },
);
/** The wallet that opening would create. */
const UNOPENED = statement(
  `select included_tokens as balance, 0 as held, 'token' as currency, now() as updated_at, now() as created_at, id as plan, 'active' as status,
         included_tokens, included_tokens as cap, null::bigint as budget, 0::bigint as spent, ${RESETS_AT}
    from plan where id = 'free'`,
  Wallet,
  { created_at: 'timestamptz', ...SPENDING },
);
const OPEN = statement('select open_wallet(:tenant, :user)');
const HISTORY = defineList(
  {
    select: `e.id, e.transaction_id, e.amount, e.balance_after, t.kind as reason, t.app_id, t.description, t.created_at,
         h.function, c.action_id, c.trace_id, h.captured_base as base_price, h.captured_fee as platform_fee,
         case when h.id is not null then coalesce(d.amount, 0) end as owed, coalesce(p.id, g.payment_id) as payment_intent_id, g.plan`,
    from: `ledger_entry e
      join ledger_transaction t on t.id = e.transaction_id
      left join hold h on h.transaction_id = t.id
      left join call_charge c on c.hold_id = h.id
      left join debt d on d.hold_id = h.id
      left join payment p on p.transaction_id = t.id
      left join plan_charge g on g.transaction_id = t.id`,
    // With the account, the primary key of the entries.
    orders: { newest: [['e.id', 'bigint', 'desc']] },
  },
  LedgerEntry,
);
const COUNT_ENTRIES = statement(
  `select count(*) as total from (select from ledger_entry where account_id = :account_id limit ${COUNTED_MAX + 1}) counted`,
  { total: 'int8' },
);

/** The user that a service names. If the service acts for a user, it must be the same one. @throws Problem of the given kind. */
export function resolveUserRef(ctx: Ctx, { tenant_id, user_id }: UserRef, refusal = UserNotFound): Pick<Ctx, 'tenant' | 'user'> {
  if (ctx.user && (ctx.user !== user_id || ctx.tenant !== tenant_id)) throw refusal('You act for another user.');
  return { tenant: tenant_id, user: user_id };
}

/** @throws Problem `unauthenticated` if the caller is neither a user nor a service acting for one. */
export function assertUser({ tenant, user }: Ctx): void {
  if (!tenant || !user) throw Unauthenticated('This needs a signed-in user, or a service that acts for one.');
}

type HistoryFilter = Partial<Pick<HistoryQuery, 'from' | 'to' | 'reason'>>;

/** Wallets and their histories. */
@Injectable()
export class WalletRepository {
  constructor(private readonly db: Database) {}

  /** The caller's wallet, opened if it does not exist yet. @throws Problem `unauthenticated`. */
  async getOrOpen(ctx: Ctx) {
    assertUser(ctx);
    let wallet = await this.db.row(FIND, ctx);
    if (!wallet) {
      await this.db.rows(OPEN, ctx);
      wallet = await this.db.row(FIND, ctx);
    }
    if (!wallet) throw new Error(`the wallet of user ${ctx.user} of tenant ${ctx.tenant} was not created`);
    return wallet;
  }

  /** A user's wallet, for services. Does not open it. */
  async peek(owner: Pick<Ctx, 'tenant' | 'user'>) {
    const wallet = (await this.db.row(FIND, owner)) ?? (await this.db.row(UNOPENED));
    if (!wallet) throw new Error('the plan `free` does not exist');
    return wallet;
  }

  /** The entries of the caller's wallet, newest first. */
  async listHistory(ctx: Ctx, { from, to, reason, ...paging }: HistoryFilter & Paging): Promise<Page<LedgerEntry>> {
    const { account_id } = await this.getOrOpen(ctx);
    const filters = [from && 't.created_at >= :from', to && 't.created_at < :to', reason && 't.kind = :reason'];
    const countEntries = async () => (await this.db.row(COUNT_ENTRIES, { account_id }))!.total;
    const selection = {
      order: 'newest' as const,
      where: ['e.account_id = :account_id', ...filters],
      values: { account_id, from, to, reason },
      ...(!filters.some(Boolean) && { total: countEntries }),
    };
    return this.db.page(HISTORY, selection, paging);
  }
}
