import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Payments. */
export class Payments1763769600102 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payment (
        id text primary key,
        provider text not null,
        tenant_id text not null,
        user_id text not null,
        tokens bigint not null,
        price_cents bigint not null,
        currency text not null default 'usd',
        status text not null default 'created',
        transaction_id text constraint payment_transaction references ledger_transaction,
        created_at timestamptz not null default now(),
        credited_at timestamptz,
        constraint payment_transaction_unique unique (transaction_id),
        constraint payment_status check (status in ('created', 'credited') and (status = 'credited') = (transaction_id is not null)),
        constraint payment_price check (tokens > 0 and price_cents > 0)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table payment;');
  }
}
