import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, wallets, transactions and entries, with triggers that enforce the ledger's invariants on every writer. */
export class Ledger1763769600101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ledger_account (
        id bigint generated always as identity primary key,
        tenant_id text not null,
        kind text not null,
        user_id text not null default '',
        constraint ledger_account_unique unique (tenant_id, kind, user_id),
        constraint ledger_account_owner check ((kind = 'wallet') = (user_id <> ''))
      );

      create table wallet (
        tenant_id text not null,
        user_id text not null,
        account_id bigint not null constraint wallet_account references ledger_account,
        balance bigint not null default 0 constraint wallet_balance_not_negative check (balance >= 0),
        granted bigint not null default 0 constraint wallet_granted_within_balance check (granted between 0 and balance),
        plan text not null constraint wallet_plan references plan,
        status text not null default 'active',
        included_tokens bigint not null default 0,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        primary key (tenant_id, user_id),
        constraint wallet_account_unique unique (account_id)
      );

      create table ledger_transaction (
        id text primary key,
        tenant_id text not null,
        kind text not null,
        idempotency_key text not null,
        input_hash text not null,
        description text,
        app_id text,
        created_at timestamptz not null default now(),
        constraint ledger_transaction_unique unique (tenant_id, idempotency_key)
      );

      create table ledger_entry (
        id bigint generated always as identity,
        transaction_id text not null,
        account_id bigint not null,
        amount bigint not null constraint ledger_entry_not_zero check (amount <> 0),
        granted bigint not null default 0 constraint ledger_entry_granted check (granted between least(amount, 0) and greatest(amount, 0)),
        balance_after bigint,
        granted_after bigint,
        primary key (account_id, id),
        constraint ledger_entry_unique unique (transaction_id, account_id)
      );

      -- The ledger is append-only: a mistake is corrected by a further transaction.
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only: % is not allowed', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
      end $$;
      create trigger ledger_entry_append_only before update or delete or truncate on ledger_entry
        for each statement execute function refuse_change();
      create trigger ledger_transaction_append_only before update or delete or truncate on ledger_transaction
        for each statement execute function refuse_change();
      create trigger ledger_account_append_only before update or delete or truncate on ledger_account
        for each statement execute function refuse_change();

      -- The entries that one statement adds to a transaction sum to zero, in all credits and in granted ones; so does the whole
      -- transaction. Each entry refers to an existing transaction and account. A foreign key would lock those rows; a lookup is enough,
      -- because neither table ever loses a row.
      create function refuse_unbalanced_entries() returns trigger language plpgsql as $$
      begin
        if exists (select from added group by transaction_id having sum(amount) <> 0 or sum(granted) <> 0) then
          raise exception 'the entries of a ledger transaction must sum to zero' using errcode = 'check_violation';
        end if;
        -- Scalar subqueries, because the planner may read the whole table for a "not exists".
        if exists (
          select from added
           where (select id from ledger_transaction where id = transaction_id) is null
              or (select id from ledger_account where id = account_id) is null
        ) then
          raise exception 'a ledger entry refers to a transaction or account that does not exist' using errcode = 'foreign_key_violation';
        end if;
        return null;
      end $$;
      create trigger ledger_entry_balanced after insert on ledger_entry
        referencing new table as added for each statement execute function refuse_unbalanced_entries();

      -- At commit, a wallet's balance equals the balance_after of its newest entry.
      create function refuse_balance_without_entry() returns trigger language plpgsql as $$
      begin
        if exists (
          select from wallet w
            left join lateral (
              select balance_after, granted_after from ledger_entry where account_id = w.account_id order by id desc limit 1
            ) e on true
           where w.account_id = new.account_id and (w.balance, w.granted) <> (coalesce(e.balance_after, 0), coalesce(e.granted_after, 0))
        ) then
          raise exception 'the balance of wallet %/% differs from its newest ledger entry', new.tenant_id, new.user_id using errcode = 'check_violation';
        end if;
        return null;
      end $$;
      create constraint trigger wallet_matches_entries after insert or update of balance, granted on wallet
        deferrable initially deferred for each row execute function refuse_balance_without_entry();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table ledger_entry; drop table ledger_transaction; drop table wallet; drop table ledger_account;
      drop function refuse_balance_without_entry(); drop function refuse_unbalanced_entries(); drop function refuse_change();
    `);
  }
}
