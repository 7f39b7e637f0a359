import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The commands: SQL functions that are the only way to write the ledger. Each computes accounts and amounts and calls post_transaction.
 * To add a command, add such a function.
 *
 * Every command takes its locks in the same order, so that commands cannot deadlock: the payment; new accounts, the tenant's before
 * the user's; the transaction's idempotency key; wallets by ascending account_id.
 */
export class Commands1763769600103 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      select uuidv7(); -- needs Postgres 18: an older server fails at this migration, not at the first charge

      create function account_of(p_tenant text, p_kind text, p_user text default '') returns bigint language sql stable as $$
        select id from ledger_account where tenant_id = p_tenant and kind = p_kind and user_id = p_user;
      $$;

      -- Moves credits once per key and returns the transaction's id. p_amounts[i] goes into p_accounts[i], or out of it where negative; of
      -- each amount, p_granted[i] are granted credits and the rest bought ones. The same key with the same accounts and amounts returns
      -- the existing transaction; with others it raises SK409.
      -- A wallet that would fall below zero violates wallet_balance_not_negative or wallet_granted_within_balance (23514); then nothing moves.
      create function post_transaction(
        p_tenant text, p_kind text, p_key text, p_description text, p_app text, p_accounts bigint[], p_amounts bigint[],
        p_granted bigint[] default null
      ) returns text language plpgsql as $$
      declare
        v_hash text := encode(sha256(convert_to(jsonb_build_array(p_kind, p_accounts, p_amounts, p_granted)::text, 'UTF8')), 'hex');
        v_known text;
        v_id text;
      begin
        insert into ledger_transaction (id, tenant_id, kind, idempotency_key, input_hash, description, app_id)
        values ('txn_' || replace(uuidv7()::text, '-', ''), p_tenant, p_kind, p_key, v_hash, p_description, p_app)
        on conflict (tenant_id, idempotency_key) do nothing
        returning id into v_id;
        if v_id is null then
          select id, input_hash into strict v_id, v_known from ledger_transaction where tenant_id = p_tenant and idempotency_key = p_key;
          if v_known <> v_hash then
            raise exception 'the ledger key % was already used for another movement', p_key using errcode = 'SK409';
          end if;
          return v_id;
        end if;
        perform from wallet where account_id = any (p_accounts) order by account_id for update;
        with movement as (
          select account_id, amount, coalesce(granted, 0) as granted from unnest(p_accounts, p_amounts, p_granted) as m (account_id, amount, granted)
        ), changed as (
          update wallet w set balance = w.balance + m.amount, granted = w.granted + m.granted, updated_at = now()
            from movement m where w.account_id = m.account_id
          returning w.account_id, w.balance, w.granted
        )
        insert into ledger_entry (transaction_id, account_id, amount, granted, balance_after, granted_after)
        select v_id, account_id, m.amount, m.granted, c.balance, c.granted from movement m left join changed c using (account_id) order by account_id;
        return v_id;
      end $$;

      -- Opens a wallet on the free plan and grants the plan's included credits. Does nothing if the wallet exists.
      create function open_wallet(p_tenant text, p_user text) returns void language plpgsql as $$
      declare
        v_account bigint;
        v_plan plan;
      begin
        if account_of(p_tenant, 'wallet', p_user) is not null then
          return;
        end if;
        insert into ledger_account (tenant_id, kind)
        select p_tenant, kind from unnest(array['clearing', 'promotions', 'revenue']) as kind
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
      end $$;

      -- Credits a payment to its owner, once. Returns the credits and the owner's balance; is_new is true for the call that credited
      -- them. Returns no row for an unknown payment. The caller must have checked that the payment succeeded.
      create function credit_topup(p_payment text)
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
        end if;
        return query
          select v.tenant_id, v.user_id, v.tokens, w.balance, v.transaction_id, v_is_new
            from wallet w where w.tenant_id = v.tenant_id and w.user_id = v.user_id;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function credit_topup(text);
      drop function open_wallet(text, text);
      drop function post_transaction(text, text, text, text, text, bigint[], bigint[], bigint[]);
      drop function account_of(text, text, text);
    `);
  }
}
