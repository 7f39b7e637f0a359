import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Automatic top-ups. A wallet has a threshold (recharge_below). A charge that leaves less inserts a `recharge` row in its own transaction
 * and clears the threshold until the recharge has ended. So one crossing requests one recharge, however many charges cross at once, and
 * a wallet without a threshold has no extra cost.
 */
export class AutoTopup1763769600131 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table wallet add recharge_below bigint;

      create table auto_topup (
        tenant_id text not null,
        user_id text not null,
        enabled boolean not null,
        threshold_pct int not null constraint auto_topup_threshold check (threshold_pct between 1 and 50),
        recharge_tokens bigint not null,
        recharge_cents bigint not null,
        payment_method_id text not null default '',
        monthly_cap_cents bigint,
        off_reason text,
        primary key (tenant_id, user_id),
        constraint auto_topup_price check (recharge_tokens > 0 and recharge_cents > 0 and monthly_cap_cents > 0)
      );

      create table recharge (
        id text primary key,
        tenant_id text not null,
        user_id text not null,
        tokens bigint not null,
        price_cents bigint not null,
        payment_method_id text not null,
        status text not null default 'due',
        reason text,
        attempts int not null default 0,
        due_at timestamptz not null default now(),
        payment_id text,
        created_at timestamptz not null default now(),
        ended_at timestamptz,
        constraint recharge_status check (status in ('due', 'done', 'failed', 'dropped') and (status = 'due') = (ended_at is null))
      );
      create unique index recharge_open on recharge (tenant_id, user_id) where status = 'due';
      create index recharge_due on recharge (due_at) where status = 'due';

      create function request_recharge() returns trigger language plpgsql as $$
      begin
        insert into recharge (id, tenant_id, user_id, tokens, price_cents, payment_method_id)
        select 'rch_' || replace(gen_random_uuid()::text, '-', ''), tenant_id, user_id, recharge_tokens, recharge_cents, payment_method_id
          from auto_topup where tenant_id = new.tenant_id and user_id = new.user_id and enabled
        on conflict do nothing;
        new.recharge_below := null;
        return new;
      end $$;
      create trigger wallet_low_balance before update of balance on wallet for each row
        when (new.balance < old.balance and new.balance < new.recharge_below) execute function request_recharge();

      -- Sets a wallet's threshold from its owner's settings; null where automatic top-up is off.
      create function set_recharge_threshold(p_tenant text, p_user text) returns void language sql security definer set search_path = public, pg_temp as $$
        update wallet w set recharge_below = (
          select a.recharge_tokens * a.threshold_pct / 100 from auto_topup a
           where a.tenant_id = p_tenant and a.user_id = p_user and a.enabled
        ) where w.tenant_id = p_tenant and w.user_id = p_user;
      $$;

      -- Ends a recharge, once, and sets its wallet's threshold again.
      create function end_recharge(p_id text, p_status text, p_reason text, p_payment text) returns boolean
      language plpgsql security definer set search_path = public, pg_temp as $$
      declare
        v recharge;
      begin
        select * into v from recharge where id = p_id;
        perform from wallet where tenant_id = v.tenant_id and user_id = v.user_id for update;
        update recharge set status = p_status, reason = p_reason, payment_id = p_payment, ended_at = now() where id = p_id and status = 'due';
        if not found then
          return false;
        end if;
        perform set_recharge_threshold(v.tenant_id, v.user_id);
        return true;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function end_recharge(text, text, text, text);
      drop function set_recharge_threshold(text, text);
      drop trigger wallet_low_balance on wallet; drop function request_recharge();
      drop table recharge; drop table auto_topup;
      alter table wallet drop recharge_below;
    `);
  }
}
