import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SecondFactors1763769600271 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table account add second_factor boolean not null default false;

      create table totp (
        account_id text primary key,
        tenant_id text not null,
        sealed_secret bytea not null,
        confirmed_at timestamptz,
        last_step bigint,
        created_at timestamptz not null default now()
      );

      create table recovery_code (
        hash bytea primary key,
        account_id text not null,
        tenant_id text not null
      );
      create index recovery_code_account on recovery_code (account_id);

      create table passkey (
        id text primary key,
        account_id text not null,
        tenant_id text not null,
        credential_id text not null,
        public_key bytea not null,
        sign_count bigint not null,
        transports text[] not null,
        name text not null,
        backed_up boolean not null,
        created_at timestamptz not null default now(),
        last_used_at timestamptz
      );
      create unique index passkey_credential on passkey (credential_id);
      create index passkey_account on passkey (account_id);

      create table challenge (
        hash bytea primary key,
        purpose text not null,
        account_id text,
        tenant_id text,
        proof bytea,
        wrong_answers integer not null default 0,
        expires_at timestamptz not null
      );
      create index challenge_expires on challenge (expires_at);`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table challenge, passkey, recovery_code, totp; alter table account drop second_factor');
  }
}
