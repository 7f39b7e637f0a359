import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The commands on holds, except place_holds and end_holds (migrations 11 and 12).
 *
 * The lock order of 4-commands continues: new accounts; wallets by ascending account_id; then what is only touched under its wallet's
 * lock: holds, debts and the keys of their transactions.
 */
export class HoldCommands1763769600107 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Locks wallets by ascending account_id and returns the locked ones: all of them if p_wait, else those that no other transaction has
      -- locked.
      create function lock_wallets(p_wait boolean, p_accounts bigint[]) returns bigint[] language plpgsql as $$
      begin
        if p_wait then
          return array(select account_id from wallet where account_id = any (p_accounts) order by account_id for update);
        end if;
        return array(select account_id from wallet where account_id = any (p_accounts) order by account_id for update skip locked);
      end $$;

      -- Expires overdue holds, releases the credits they reserve, and returns how many. Skips wallets that another transaction has locked,
      -- so any number of instances may run it at once.
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

      -- Pays a wallet's debts, the oldest first, with bought credits that no hold reserves. Granted credits never pay a debt: a reversal
      -- would later return them as bought credits.
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
          perform post_transaction(p_tenant, 'repayment', 'repay:' || p_key, format('Repayment of %s credits owed for earlier calls', v_paid), null,
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

/** open_wallet of 4-commands, with the given kinds of tenant accounts. */
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

/** credit_topup of 4-commands, followed by a further statement when it credits the payment. */
const CREDIT_TOPUP = (then: string) => `
  create or replace function credit_topup(p_payment text)
  returns table (tenant_id text, user_id text, tokens bigint, balance bigint, transaction_id text, is_new boolean)
  language plpgsql as $$
  #variable_conflict use_column
  declare
    v payment;
    v_is_new boolean;
  begin
    select * into v from payment where id = p_payment for update;
    if not found then
      return;
    end if;
    v_is_new := v.status = 'created';
    if v_is_new then
      perform open_wallet(v.tenant_id, v.user_id);
      v.transaction_id := post_transaction(
        v.tenant_id, 'topup', 'topup:' || v.id, format('%s credits bought', v.tokens), null,
        array[account_of(v.tenant_id, 'wallet', v.user_id), account_of(v.tenant_id, 'clearing')], array[v.tokens, -v.tokens]);
      update payment set status = 'credited', transaction_id = v.transaction_id, credited_at = now() where id = v.id;
      ${then}
    end if;
    return query
      select v.tenant_id, v.user_id, v.tokens, w.balance, v.transaction_id, v_is_new
        from wallet w where w.tenant_id = v.tenant_id and w.user_id = v.user_id;
  end $$;`;
