import { type HistoryQuery, type LedgerEntry, Unauthenticated, UserNotFound, type UserRef, type Wallet } from '@skep/contracts';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

const BALANCE = statement<Wallet & { created_at: Date }>(`
  select balance, held, 'token' as currency, updated_at, created_at, plan, status, included_tokens, greatest(balance, included_tokens) as cap
    from wallet where tenant_id = $1 and user_id = $2`);
/** What a wallet will be that nobody has looked at yet. */
const UNOPENED = statement<Wallet & { created_at: Date }>(`
  select included_tokens as balance, 0 as held, 'token' as currency, now() as updated_at, now() as created_at, id as plan, 'active' as status,
         included_tokens, included_tokens as cap
    from plan where id = 'free'`);
const OPEN = statement('select open_wallet($1, $2)');
const HISTORY = statement<LedgerEntry>(`
  select e.id, e.transaction_id, e.amount, e.balance_after, t.kind as reason, t.app_id, t.description, t.created_at,
         h.function, c.action_id, c.trace_id, h.captured_base as base_price, h.captured_fee as platform_fee,
         case when h.id is not null then coalesce(d.amount, 0) end as owed, coalesce(p.id, g.payment_id) as payment_intent_id, g.plan
    from wallet w
    join ledger_entry e on e.account_id = w.account_id
    join ledger_transaction t on t.id = e.transaction_id
    left join hold h on h.transaction_id = t.id
    left join call_charge c on c.hold_id = h.id
    left join debt d on d.hold_id = h.id
    left join payment p on p.transaction_id = t.id
    left join plan_charge g on g.transaction_id = t.id
   where w.tenant_id = $1 and w.user_id = $2 and ($5::timestamptz is null or t.created_at >= $5)
     and ($6::timestamptz is null or t.created_at < $6) and ($7::text is null or t.kind = $7)
   order by e.id desc limit $3 offset $4`);

/** The person whom a service names. Where the context names one as well, they must be the same. @throws Problem of the kind given. */
export function personNamed(ctx: Ctx, { tenant_id, user_id }: UserRef, refusal = UserNotFound): Pick<Ctx, 'tenant' | 'user'> {
  if (ctx.user && (ctx.user !== user_id || ctx.tenant !== tenant_id)) throw refusal('You act for somebody else.');
  return { tenant: tenant_id, user: user_id };
}

/** @throws Problem `unauthenticated` when nobody is signed in or acted for: then there is nobody to have a wallet. */
export function mustBeSomebody({ tenant, user }: Ctx): void {
  if (!tenant || !user) throw Unauthenticated('Nobody is signed in or acted for.');
}

@Injectable()
export class WalletRepository {
  constructor(private readonly db: Database) {}

  /** The caller's wallet; the first look opens it. @throws Problem `unauthenticated` when nobody is acted for. */
  async balanceOf(ctx: Ctx) {
    const { tenant, user } = ctx;
    mustBeSomebody(ctx);
    let wallet = await this.db.row(BALANCE, [tenant, user]);
    if (!wallet) {
      await this.db.rows(OPEN, [tenant, user]);
      wallet = await this.db.row(BALANCE, [tenant, user]);
    }
    if (!wallet) throw new Error('a wallet that does not open');
    return wallet;
  }

  /** Anybody's wallet, for a service: looking does not open it. */
  async look({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>) {
    const wallet = (await this.db.row(BALANCE, [tenant, user])) ?? (await this.db.row(UNOPENED));
    if (!wallet) throw new Error('there is no free plan');
    return wallet;
  }

  /** What went in and out of the caller's wallet, newest first. */
  async history(ctx: Ctx, { limit, offset, from, to, reason }: HistoryQuery): Promise<LedgerEntry[]> {
    await this.balanceOf(ctx);
    return this.db.rows(HISTORY, [ctx.tenant, ctx.user, limit, offset, from ?? null, to ?? null, reason ?? null]);
  }
}
