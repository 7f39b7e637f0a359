import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The payment provider's customer id of each user, and the sandbox's cards. */
export class PaymentCustomers1763769600130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table payment_customer (
        provider text not null,
        tenant_id text not null,
        user_id text not null,
        customer_id text not null,
        primary key (provider, tenant_id, user_id),
        constraint payment_customer_unique unique (provider, customer_id)
      );

      create table sandbox_card (
        id text primary key,
        tenant_id text not null,
        user_id text not null,
        last4 text not null default '4242',
        is_default boolean not null default false,
        created_at timestamptz not null default now()
      );
      create index sandbox_card_owner on sandbox_card (tenant_id, user_id, created_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table sandbox_card; drop table payment_customer;');
  }
}
