import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * For the commands that take a list. It is short and the tables are long, which the planner cannot know: a list in JSON says nothing
 * of its length, and a plan is made once, perhaps while the tables were empty. So they may only look up rows one by one.
 */
export const SMALL_LISTS =
  'set enable_hashjoin = off set enable_mergejoin = off set enable_seqscan = off set enable_material = off set plan_cache_mode = force_generic_plan';

/** Such a command, with the rights of the tables' owner: see 13-one-door. */
export const COMMAND_ON_LISTS = `security definer set search_path = public, pg_temp ${SMALL_LISTS}`;

/**
 * Commands which wait at the same time share a round trip and a commit: one statement reads all that a list is about, a loop that
 * runs no SQL decides item by item with what is left by then, and one writes all of it. So a wallet is written once a list, however
 * much is asked of it.
 *
 * Items for one key are looked at one after another, where the first of them stands: each knows the one before.
 *
 * Ids grow with time, so that a list adds to the last pages of its indexes, and not one page each somewhere among all of them.
 */
export class PlaceHolds1763769600111 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Reserves credits, once for a key, in the order of the list: what one has been given is there no more for the next.
      -- outcome: 'held'; 'insufficient'; 'conflict', the key was used on other terms; 'no_wallet', it must be opened first; 'locked',
      -- somebody else works on the wallet and p_wait is false.
      create or replace function place_holds(p_wanted jsonb, p_wait boolean)
      returns table (place bigint, outcome text, hold_id text, status text, amount bigint, expires_at timestamptz,
                     available bigint, held bigint)
      language plpgsql ${COMMAND_ON_LISTS} as $$
      #variable_conflict use_column
      declare
        v record;
        v_hold hold;
        v_hash text;
        v_account bigint;
        v_key text;
        v_left bigint;
        v_held bigint;
        v_new hold[] := '{}';
        v_mine bigint[];
      begin
        v_mine := lock_wallets(p_wait, array(
          select (select account_id from wallet w where w.tenant_id = q.tenant_id and w.user_id = q.user_id)
            from jsonb_to_recordset(p_wanted) as q (tenant_id text, user_id text)));
        for v in
          select q.*, w.account_id, w.balance, w.held, h as hold
            from rows from (jsonb_to_recordset(p_wanted) as (tenant_id text, user_id text, key text, app_id text, function text,
                   base_price bigint, platform_fee bigint, developer_id text, split int, ttl_s int))
                 with ordinality as q (tenant_id, user_id, key, app_id, function, base_price, platform_fee, developer_id, split, ttl_s, nth)
            left join wallet w on w.tenant_id = q.tenant_id and w.user_id = q.user_id
            left join hold h on h.tenant_id = q.tenant_id and h.user_id = q.user_id and h.idempotency_key = q.key
           order by w.account_id, min(q.nth) over (partition by w.account_id, q.key), q.nth
        loop
          if v_account is distinct from v.account_id then
            v_account := v.account_id;
            v_left := v.balance - v.held;
            v_held := v.held;
            v_key := null;
          end if;
          if v_key is distinct from v.key then
            v_key := v.key;
            v_hold := v.hold;
          end if;
          v_hash := encode(sha256(convert_to(jsonb_build_array(
            v.app_id, v.function, v.base_price, v.platform_fee, v.developer_id, v.split)::text, 'UTF8')), 'hex');
          outcome := case
            when v_account is null then 'no_wallet'
            when v_account <> all (v_mine) then 'locked'
            when v_hold.id is not null then case when v_hold.input_hash = v_hash then 'held' else 'conflict' end
            when v.base_price + v.platform_fee > v_left then 'insufficient'
            else 'held' end;
          if outcome = 'held' and v_hold.id is null then
            v_hold.id := 'hold_' || replace(uuidv7()::text, '-', '');
            v_hold.tenant_id := v.tenant_id;
            v_hold.user_id := v.user_id;
            v_hold.account_id := v_account;
            v_hold.idempotency_key := v.key;
            v_hold.input_hash := v_hash;
            v_hold.app_id := v.app_id;
            v_hold.function := v.function;
            v_hold.base_price := v.base_price;
            v_hold.platform_fee := v.platform_fee;
            v_hold.amount := v.base_price + v.platform_fee;
            v_hold.developer_id := v.developer_id;
            v_hold.split := v.split;
            v_hold.status := 'held';
            v_hold.expires_at := now() + v.ttl_s * interval '1 second';
            v_new := v_new || v_hold;
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
        with placed as (
          insert into hold (id, tenant_id, user_id, account_id, idempotency_key, input_hash, app_id, function, base_price, platform_fee,
                            amount, developer_id, split, expires_at)
          select id, tenant_id, user_id, account_id, idempotency_key, input_hash, app_id, function, base_price, platform_fee,
                 amount, developer_id, split, expires_at
            from unnest(v_new)
          returning account_id, amount
        )
        update wallet w set held = w.held + p.amount
          from (select account_id, sum(amount)::bigint as amount from placed group by account_id) p
         where w.account_id = p.account_id;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function place_holds(jsonb, boolean)');
  }
}
