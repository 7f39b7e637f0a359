import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The commands on holds but for place_holds and end_holds, which follow in 11 and 12.
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

      -- Gives back what is reserved by holds that nobody has ended in time; answers how many. A wallet that somebody works on is
      -- left for the next time, so any number of instances may do this at once.
      create function expire_holds() returns bigint language plpgsql as $$
      declare
        v record;
        v_amount bigint;
        v_ended bigint;
        v_all bigint := 0;
      begin
        for v in
          select w.account_id, due.ids
            from (
              select account_id, array_agg(id) as ids
                from (select account_id, id from hold where status = 'held' and expires_at <= now() order by expires_at limit 500) h
               group by account_id
            ) due
            join wallet w on w.account_id = due.account_id
           order by w.account_id for update of w skip locked
        loop
          with ended as (
            update hold set status = 'expired', ended_at = now() where id = any (v.ids) and status = 'held' returning amount
          )
          select count(*), coalesce(sum(amount), 0) into v_ended, v_amount from ended;
          update wallet set held = held - v_amount where account_id = v.account_id and v_amount > 0;
          v_all := v_all + v_ended;
        end loop;
        return v_all;
      end $$;

      -- Pays what a wallet owes, the oldest first, from the bought credits that it can spare. Granted ones pay no debt: what is given back
      -- later would be bought credits.
      create function repay_debts(p_tenant text, p_user text, p_key text) returns void language plpgsql as $$
      declare
        v_account bigint;
        v_left bigint;
        v_paid bigint := 0;
        v_debt debt;
        v_pay bigint;
      begin
        select account_id, balance - greatest(held, granted) into v_account, v_left from wallet where tenant_id = p_tenant and user_id = p_user for update;
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
        array[v_account, account_of(p_tenant, 'promotions')], array[v_plan.included_tokens, -v_plan.included_tokens],
        array[v_plan.included_tokens, -v_plan.included_tokens]);
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
