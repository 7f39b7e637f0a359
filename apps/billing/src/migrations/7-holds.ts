import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holds, debts, and the accounts that a charge moves credits into. */
export class Holds1763769600106 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ledger_account drop constraint ledger_account_owner,
        add constraint ledger_account_owner check ((kind in ('wallet', 'earnings')) = (user_id <> ''));
      insert into ledger_account (tenant_id, kind) select tenant_id, 'receivable' from ledger_account where kind = 'revenue';

      alter table wallet add held bigint not null default 0,
        add constraint wallet_held_within_balance check (held >= 0 and held <= balance);

      create table hold (
        id text primary key,
        tenant_id text not null,
        user_id text not null,
        account_id bigint not null constraint hold_account references ledger_account,
        idempotency_key text not null,
        input_hash text not null,
        app_id text not null,
        function text not null,
        base_price bigint not null,
        platform_fee bigint not null,
        amount bigint not null,
        developer_id text,
        split int not null,
        status text not null default 'held',
        captured_base bigint,
        captured_fee bigint,
        captured_granted bigint,
        transaction_id text constraint hold_transaction references ledger_transaction,
        expires_at timestamptz not null,
        created_at timestamptz not null default now(),
        ended_at timestamptz,
        constraint hold_unique unique (tenant_id, user_id, idempotency_key),
        constraint hold_transaction_unique unique (transaction_id),
        constraint hold_amount check (base_price >= 0 and platform_fee >= 0 and amount > 0 and amount = base_price + platform_fee),
        constraint hold_split check (split between 0 and 100),
        constraint hold_status check (
          status in ('held', 'captured', 'released', 'expired')
          and (status = 'held') = (ended_at is null)
          and (status = 'captured') = (transaction_id is not null)
          and (status = 'captured') = (captured_base is not null)
          and (status = 'captured') = (captured_fee is not null)
          and (status = 'captured') = (captured_granted is not null)),
        constraint hold_captured check (captured_base between 0 and base_price and captured_fee >= 0 and captured_base + captured_fee > 0
          and captured_granted between 0 and captured_base + captured_fee)
      );
      create index hold_due on hold (expires_at) where status = 'held';
      -- Holds are only looked up by key, where a sample of 3,000 rows is as good as 30,000. A smaller target keeps ANALYZE of this busy table short.
      do $$ begin
        execute (select 'alter table hold ' || string_agg(format('alter %I set statistics 10', attname), ', ')
                   from pg_attribute where attrelid = 'hold'::regclass and attnum > 0);
      end $$;

      -- The part of a developer's share of a base price that may be paid out. Granted credits pay the base price before the fee.
      create function payable_share(p_base bigint, p_granted bigint, p_split int) returns bigint language sql immutable as $$
        select greatest(p_base - p_granted, 0) * p_split / 100;
      $$;

      -- The part of a captured hold that the wallet could not pay. The wallet's next top-up pays it first.
      create table debt (
        id bigint generated always as identity primary key,
        account_id bigint not null constraint debt_account references ledger_account,
        hold_id text not null constraint debt_hold references hold,
        amount bigint not null,
        paid bigint not null default 0,
        created_at timestamptz not null default now(),
        constraint debt_hold_unique unique (hold_id),
        constraint debt_amount check (amount > 0 and paid between 0 and amount)
      );
      create index debt_open on debt (account_id, id) where paid < amount;

      -- The terms of a hold never change, and it ends once.
      create function refuse_hold_change() returns trigger language plpgsql as $$
      begin
        if old.status <> 'held' or
           (old.id, old.tenant_id, old.user_id, old.account_id, old.idempotency_key, old.input_hash, old.app_id, old.function,
            old.base_price, old.platform_fee, old.developer_id, old.split, old.created_at)
           is distinct from
           (new.id, new.tenant_id, new.user_id, new.account_id, new.idempotency_key, new.input_hash, new.app_id, new.function,
            new.base_price, new.platform_fee, new.developer_id, new.split, new.created_at) then
          raise exception 'hold % has ended, or its terms would change', old.id using errcode = 'restrict_violation';
        end if;
        return new;
      end $$;
      create trigger hold_terms_immutable before update on hold for each row execute function refuse_hold_change();
      create trigger hold_not_deleted before delete or truncate on hold for each statement execute function refuse_change();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table debt; drop table hold; drop function refuse_hold_change(); drop function payable_share(bigint, bigint, int);
      alter table wallet drop constraint wallet_held_within_balance, drop held;
    `);
  }
}
