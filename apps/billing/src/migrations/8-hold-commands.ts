import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The commands on holds. place_holds and end_holds take a list, so that commands which wait at the same time share a round trip
 * and a commit; they answer a row for each with its place in the list.
 *
 * A list is short and the tables are long, which the planner cannot know of a list in JSON; and a plan made while the tables were
 * short would stay. So place_holds and end_holds allow only plans that look up rows one by one.
 *
 * The order of locks goes on where 4-commands left it: new accounts; wallets by ascending account_id; then what belongs to one
 * wallet alone and is touched only under its lock: its holds, its debts and the keys of their transactions.
 */
export class HoldCommands1763769600107 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Locks wallets in their order and answers which: all of them, or without waiting those that nobody else has locked.
      create function lock_wallets(p_wait boolean, p_accounts bigint[]) returns bigint[] language plpgsql as $$
      begin
        if p_wait then
          return array(select account_id from wallet where account_id = any (p_accounts) order by account_id for update);
        end if;
        return array(select account_id from wallet where account_id = any (p_accounts) order by account_id for update skip locked);
      end $$;

      -- Reserves credits, once for a key, in the order of the list: what one has been given is there no more for the next.
      -- outcome: 'held'; 'insufficient'; 'conflict', the key was used on other terms; 'no_wallet', it must be opened first; 'locked',
      -- somebody else works on the wallet and p_wait is false.
      create function place_holds(p_wanted jsonb, p_wait boolean)
      returns table (place bigint, outcome text, hold_id text, status text, amount bigint, expires_at timestamptz, available bigint, held bigint)
      language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$
      #variable_conflict use_column
      declare
        v record;
        v_hold hold;
        v_hash text;
        v_account bigint;
        v_left bigint;
        v_held bigint;
        v_new text[] := '{}';
        v_mine bigint[];
      begin
        v_mine := lock_wallets(p_wait, array(
          select w.account_id from wallet w join jsonb_to_recordset(p_wanted) as q (tenant_id text, user_id text) using (tenant_id, user_id)));
        for v in
          select q.*, w.account_id, w.balance, w.held
            from rows from (jsonb_to_recordset(p_wanted) as (tenant_id text, user_id text, key text, app_id text, function text,
                   base_price bigint, platform_fee bigint, developer_id text, split int, ttl_s int))
                 with ordinality as q (tenant_id, user_id, key, app_id, function, base_price, platform_fee, developer_id, split, ttl_s, nth)
            left join wallet w on w.tenant_id = q.tenant_id and w.user_id = q.user_id
           order by w.account_id, q.nth
        loop
          if v_account is distinct from v.account_id then
            v_account := v.account_id;
            v_left := v.balance - v.held;
            v_held := v.held;
          end if;
          v_hash := encode(sha256(convert_to(jsonb_build_array(
            v.app_id, v.function, v.base_price, v.platform_fee, v.developer_id, v.split)::text, 'UTF8')), 'hex');
          select * into v_hold from hold h where h.tenant_id = v.tenant_id and h.user_id = v.user_id and h.idempotency_key = v.key;
          outcome := case
            when v.account_id is null then 'no_wallet'
            when v.account_id <> all (v_mine) then 'locked'
            when v_hold.id is not null then case when v_hold.input_hash = v_hash then 'held' else 'conflict' end
            when v.base_price + v.platform_fee > v_left then 'insufficient'
            else 'held' end;
          if outcome = 'held' and v_hold.id is null then
            insert into hold (id, tenant_id, user_id, account_id, idempotency_key, input_hash, app_id, function, base_price, platform_fee,
                              amount, developer_id, split, expires_at)
            values ('hold_' || replace(gen_random_uuid()::text, '-', ''), v.tenant_id, v.user_id, v.account_id, v.key, v_hash, v.app_id,
                    v.function, v.base_price, v.platform_fee, v.base_price + v.platform_fee, v.developer_id, v.split,
                    now() + v.ttl_s * interval '1 second')
            returning * into v_hold;
            v_new := v_new || v_hold.id;
            v_left := v_left - v_hold.amount;
            v_held := v_held + v_hold.amount;
          end if;
          place := v.nth;
          hold_id := v_hold.id;
          status := v_hold.status;
          amount := coalesce(v_hold.amount, v.base_price + v.platform_fee);
          expires_at := v_hold.expires_at;
          available := v_left;
          held := v_held;
          return next;
        end loop;
        update wallet w set held = w.held + n.amount
          from (select h.account_id, sum(h.amount)::bigint as amount from hold h where h.id = any (v_new) group by h.account_id) n
         where w.account_id = n.account_id;
      end $$;

      -- Ends holds of their owner, each once. The base price and the platform fee that are named are taken, the rest is released;
      -- left out they are those of the hold, and nothing at all is a release. The base price cannot be more than the hold's. What
      -- goes beyond the hold is taken from what the wallet can spare, and is a debt where it cannot.
      -- outcome: 'ended', now or before in just this way; 'closed', it has ended otherwise; 'too_much'; 'unknown';
      -- 'locked' as above.
      create function end_holds(p_wanted jsonb, p_wait boolean)
      returns table (place bigint, outcome text, hold_id text, status text, charged bigint, debt bigint, balance bigint, available bigint)
      language plpgsql set enable_hashjoin = off set enable_mergejoin = off as $$
      #variable_conflict use_column
      declare
        v record;
        v_hold hold;
        v_wallet wallet;
        v_base bigint;
        v_fee bigint;
        v_total bigint;
        v_taken bigint;
        v_share bigint;
        v_mine bigint[];
      begin
        insert into ledger_account (tenant_id, kind, user_id)
        select distinct h.tenant_id, 'earnings', h.developer_id
          from jsonb_to_recordset(p_wanted) as q (hold_id text) join hold h on h.id = q.hold_id
         where h.developer_id <> '' and account_of(h.tenant_id, 'earnings', h.developer_id) is null
         order by 1, 3
        on conflict do nothing;
        v_mine := lock_wallets(p_wait, array(
          select h.account_id from jsonb_to_recordset(p_wanted) as q (hold_id text) join hold h on h.id = q.hold_id));
        for v in
          select q.*
            from rows from (jsonb_to_recordset(p_wanted) as (tenant_id text, user_id text, hold_id text, base_price bigint, platform_fee bigint))
                 with ordinality as q (tenant_id, user_id, hold_id, base_price, platform_fee, nth)
            left join hold h on h.id = q.hold_id
           order by h.account_id, q.nth
        loop
          place := v.nth;
          hold_id := v.hold_id;
          select * into v_hold from hold h where h.id = v.hold_id and h.tenant_id = v.tenant_id and h.user_id = v.user_id;
          v_base := coalesce(v.base_price, v_hold.base_price);
          v_fee := coalesce(v.platform_fee, v_hold.platform_fee);
          v_total := v_base + v_fee;
          outcome := case
            when v_hold.id is null then 'unknown'
            when v_hold.account_id <> all (v_mine) then 'locked'
            when v_base > v_hold.base_price then 'too_much'
            when v_hold.status = 'held' then 'ended'
            when v_hold.status = 'captured' and (v_base, v_fee) = (v_hold.captured_base, v_hold.captured_fee) then 'ended'
            when v_hold.status in ('released', 'expired') and v_total = 0 then 'ended'
            else 'closed' end;
          if outcome = 'ended' and v_hold.status = 'held' then
            update wallet w set held = w.held - v_hold.amount where w.account_id = v_hold.account_id returning * into v_wallet;
            if v_total = 0 then
              update hold h set status = 'released', ended_at = now() where h.id = v_hold.id returning * into v_hold;
            else
              v_taken := least(v_total, v_wallet.balance - v_wallet.held);
              v_share := case when v_hold.developer_id <> '' then v_base * v_hold.split / 100 else 0 end;
              v_hold.transaction_id := post_call(v_hold, v_base, v_fee, v_taken, v_share);
              update hold h
                 set status = 'captured', captured_base = v_base, captured_fee = v_fee, transaction_id = v_hold.transaction_id, ended_at = now()
               where h.id = v_hold.id returning * into v_hold;
              insert into debt (account_id, hold_id, amount)
              select v_hold.account_id, v_hold.id, v_total - v_taken where v_total > v_taken;
            end if;
          end if;
          status := v_hold.status;
          charged := coalesce(v_hold.captured_base + v_hold.captured_fee, 0);
          select coalesce(sum(d.amount), 0) into debt from debt d where d.hold_id = v_hold.id;
          select w.balance, w.balance - w.held into balance, available from wallet w where w.account_id = v_hold.account_id;
          return next;
        end loop;
      end $$;

      -- Books a captured hold: out of the wallet and, what it lacks, out of what people owe; to the developer his share of the base
      -- price, and the rest to the platform.
      create function post_call(p_hold hold, p_base bigint, p_fee bigint, p_taken bigint, p_share bigint) returns text
      language plpgsql as $$
      declare
        v_total bigint := p_base + p_fee;
        v_accounts bigint[];
        v_amounts bigint[];
      begin
        select array_agg(account order by account), array_agg(amount order by account) into v_accounts, v_amounts
          from (values (p_hold.account_id, -p_taken),
                       (account_of(p_hold.tenant_id, 'receivable'), p_taken - v_total),
                       (account_of(p_hold.tenant_id, 'earnings', p_hold.developer_id), p_share),
                       (account_of(p_hold.tenant_id, 'revenue'), v_total - p_share)) as leg (account, amount)
         where amount <> 0;
        return post_transaction(p_hold.tenant_id, 'call', 'call:' || p_hold.id,
          concat_ws(' ', p_hold.function || ':', concat_ws(' and ',
            case when p_base > 0 then format('%s for the app', p_base) end,
            case when p_fee > 0 then format('%s for the language model', p_fee) end),
            case when v_total > p_taken then format('(%s of it owed)', v_total - p_taken) end),
          p_hold.app_id, v_accounts, v_amounts);
      end $$;

      -- Gives back what is reserved by holds that nobody has ended in time; answers how many. A wallet that somebody works on is
      -- left for the next time, so any number of instances may do this at once.
      create function expire_holds() returns bigint language plpgsql as $$
      declare
        v_account bigint;
        v_ended bigint;
        v_amount bigint;
        v_all bigint := 0;
      begin
        for v_account in
          select account_id from wallet
           where account_id in (select account_id from hold where status = 'held' and expires_at <= now() order by expires_at limit 500)
           order by account_id for update skip locked
        loop
          with ended as (
            update hold set status = 'expired', ended_at = now()
             where account_id = v_account and status = 'held' and expires_at <= now() returning amount
          )
          select count(*), coalesce(sum(amount), 0) into v_ended, v_amount from ended;
          update wallet set held = held - v_amount where account_id = v_account and v_amount > 0;
          v_all := v_all + v_ended;
        end loop;
        return v_all;
      end $$;

      -- Pays what a wallet owes, the oldest first, from what it can spare.
      create function repay_debts(p_tenant text, p_user text, p_key text) returns void language plpgsql as $$
      declare
        v_account bigint;
        v_left bigint;
        v_paid bigint := 0;
        v_debt debt;
        v_pay bigint;
      begin
        select account_id, balance - held into v_account, v_left from wallet where tenant_id = p_tenant and user_id = p_user for update;
        for v_debt in select * from debt where account_id = v_account and paid < amount order by id loop
          v_pay := least(v_debt.amount - v_debt.paid, v_left - v_paid);
          exit when v_pay = 0;
          update debt set paid = paid + v_pay where id = v_debt.id;
          v_paid := v_paid + v_pay;
        end loop;
        if v_paid > 0 then
          perform post_transaction(p_tenant, 'repayment', 'repay:' || p_key, format('%s credits that earlier calls had left owing', v_paid), null,
            array[v_account, account_of(p_tenant, 'receivable')], array[-v_paid, v_paid]);
        end if;
      end $$;
    `);
    await runner.query(OPEN_WALLET(`'clearing', 'promotions', 'revenue', 'receivable'`));
    await runner.query(CREDIT_TOPUP(`perform repay_debts(v.tenant_id, v.user_id, v.id);`));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(OPEN_WALLET(`'clearing', 'promotions', 'revenue'`));
    await runner.query(CREDIT_TOPUP(''));
    await runner.query(`
      drop function repay_debts(text, text, text);
      drop function expire_holds();
      drop function end_holds(jsonb, boolean);
      drop function post_call(hold, bigint, bigint, bigint, bigint);
      drop function place_holds(jsonb, boolean);
      drop function lock_wallets(boolean, bigint[]);
    `);
  }
}

/** As in 4-commands, with these accounts of a tenant. */
const OPEN_WALLET = (kinds: string) => `
  create or replace function open_wallet(p_tenant text, p_user text) returns void language plpgsql as $$
  declare
    v_account bigint;
    v_plan plan;
  begin
    if account_of(p_tenant, 'wallet', p_user) is not null then
      return;
    end if;
    insert into ledger_account (tenant_id, kind)
    select p_tenant, kind from unnest(array[${kinds}]) as kind
     where account_of(p_tenant, kind) is null
    on conflict do nothing;
    insert into ledger_account (tenant_id, kind, user_id) values (p_tenant, 'wallet', p_user)
    on conflict do nothing
    returning id into v_account;
    if v_account is null then
      return;
    end if;
    select * into strict v_plan from plan where id = 'free';
    insert into wallet (tenant_id, user_id, account_id, plan, included_tokens)
    values (p_tenant, p_user, v_account, v_plan.id, v_plan.included_tokens);
    if v_plan.included_tokens > 0 then
      perform post_transaction(
        p_tenant, 'grant', 'opening:' || p_user, format('Included in the %s plan', v_plan.name), null,
        array[v_account, account_of(p_tenant, 'promotions')], array[v_plan.included_tokens, -v_plan.included_tokens]);
    end if;
  end $$;`;

/** As in 4-commands, and then something more for one that is credited now. */
const CREDIT_TOPUP = (then: string) => `
  create or replace function credit_topup(p_payment text)
  returns table (tenant_id text, user_id text, tokens bigint, balance bigint, transaction_id text, fresh boolean)
  language plpgsql as $$
  #variable_conflict use_column
  declare
    v payment;
    v_fresh boolean;
  begin
    select * into v from payment where id = p_payment for update;
    if not found then
      return;
    end if;
    v_fresh := v.status = 'created';
    if v_fresh then
      perform open_wallet(v.tenant_id, v.user_id);
      v.transaction_id := post_transaction(
        v.tenant_id, 'topup', 'topup:' || v.id, format('%s credits bought', v.tokens), null,
        array[account_of(v.tenant_id, 'wallet', v.user_id), account_of(v.tenant_id, 'clearing')], array[v.tokens, -v.tokens]);
      update payment set status = 'credited', transaction_id = v.transaction_id, credited_at = now() where id = v.id;
      ${then}
    end if;
    return query
      select v.tenant_id, v.user_id, v.tokens, w.balance, v.transaction_id, v_fresh
        from wallet w where w.tenant_id = v.tenant_id and w.user_id = v.user_id;
  end $$;`;
