import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Accounts, wallets, transactions and entries, and the triggers which keep them honest whoever writes. */
export class Ledger1763769600101 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ledger_account (
        id bigint generated always as identity primary key,
        tenant_id text not null,
        kind text not null,
        user_id text not null default '',
        constraint ledger_account_once unique (tenant_id, kind, user_id),
        constraint ledger_account_owner check ((kind = 'wallet') = (user_id <> ''))
      );

      create table wallet (
        tenant_id text not null,
        user_id text not null,
        account_id bigint not null constraint wallet_account references ledger_account,
        balance bigint not null default 0 constraint wallet_not_overdrawn check (balance >= 0),
        granted bigint not null default 0 constraint wallet_overgranted check (granted between 0 and balance),
        plan text not null constraint wallet_plan references plan,
        status text not null default 'active',
        included_tokens bigint not null default 0,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        primary key (tenant_id, user_id),
        constraint wallet_account_once unique (account_id)
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
        constraint ledger_transaction_once unique (tenant_id, idempotency_key)
      );

      create table ledger_entry (
        id bigint generated always as identity,
        transaction_id text not null,
        account_id bigint not null,
        amount bigint not null constraint ledger_entry_moves check (amount <> 0),
        granted bigint not null default 0 constraint ledger_entry_granted check (granted between least(amount, 0) and greatest(amount, 0)),
        balance_after bigint,
        granted_after bigint,
        primary key (account_id, id),
        constraint ledger_entry_once unique (transaction_id, account_id)
      );

      -- What is written stays written: a mistake is put right by a further transaction.
      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception '% is append-only: % is refused', tg_table_name, lower(tg_op) using errcode = 'restrict_violation';
      end $$;
      create trigger ledger_entry_append_only before update or delete or truncate on ledger_entry
        for each statement execute function refuse_change();
      create trigger ledger_transaction_append_only before update or delete or truncate on ledger_transaction
        for each statement execute function refuse_change();
      create trigger ledger_account_append_only before update or delete or truncate on ledger_account
        for each statement execute function refuse_change();

      -- Whatever one statement adds to a transaction sums to zero, in all credits and in granted ones, and so does the transaction, always. Its entries have a transaction
      -- and an account: looked up together, and nothing locked as a foreign key would, since neither table ever loses a row.
      create function refuse_unsound_entries() returns trigger language plpgsql as $$
      begin
        if exists (select from added group by transaction_id having sum(amount) <> 0 or sum(granted) <> 0) then
          raise exception 'entries that do not sum to zero' using errcode = 'check_violation';
        end if;
        -- Compared, since whole tables could be read for a "not exists".
        if exists (
          select from added
           where (select id from ledger_transaction where id = transaction_id) is null
              or (select id from ledger_account where id = account_id) is null
        ) then
          raise exception 'entries without their transaction or account' using errcode = 'foreign_key_violation';
        end if;
        return null;
      end $$;
      create trigger ledger_entry_sound after insert on ledger_entry
        referencing new table as added for each statement execute function refuse_unsound_entries();

      -- At commit a wallet holds what its newest entry says.
      create function refuse_unexplained_balance() returns trigger language plpgsql as $$
      begin
        if exists (
          select from wallet w
            left join lateral (
              select balance_after, granted_after from ledger_entry where account_id = w.account_id order by id desc limit 1
            ) e on true
           where w.account_id = new.account_id and (w.balance, w.granted) <> (coalesce(e.balance_after, 0), coalesce(e.granted_after, 0))
        ) then
          raise exception 'a balance that no entry explains' using errcode = 'check_violation';
        end if;
        return null;
      end $$;
      create constraint trigger wallet_explained after insert or update of balance, granted on wallet
        deferrable initially deferred for each row execute function refuse_unexplained_balance();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table ledger_entry; drop table ledger_transaction; drop table wallet; drop table ledger_account;
      drop function refuse_unexplained_balance(); drop function refuse_unsound_entries(); drop function refuse_change();
    `);
  }
}
