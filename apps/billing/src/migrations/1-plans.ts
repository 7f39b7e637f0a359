import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Creates the plans with their initial values. Plans are data: later changes are made with SQL. */
export class Plans1763769600100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table plan (
        id text primary key,
        name text not null,
        price_cents int not null,
        interval text not null default 'month',
        included_tokens bigint not null,
        features jsonb not null,
        limits jsonb not null,
        position int not null
      );

      insert into plan (id, name, price_cents, included_tokens, limits, features, position) values
        ('free', 'Free', 0, 500, '{"actions": 500, "tokens": -1, "storage_bytes": 52428800}',
          '{"included_tokens": 500, "topups": true, "support": "community"}', 1),
        ('starter', 'Starter', 900, 15000, '{"actions": 15000, "tokens": -1, "storage_bytes": 524288000}',
          '{"included_tokens": 15000, "topups": true, "support": "email"}', 2),
        ('pro', 'Pro', 2900, 50000, '{"actions": 50000, "tokens": -1, "storage_bytes": 5368709120}',
          '{"included_tokens": 50000, "topups": true, "support": "priority"}', 3),
        ('business', 'Business', 7900, 200000, '{"actions": 200000, "tokens": -1, "storage_bytes": 21474836480}',
          '{"included_tokens": 200000, "topups": true, "support": "priority"}', 4),
        ('enterprise', 'Enterprise', 0, 0, '{"actions": -1, "tokens": -1, "storage_bytes": -1}',
          '{"included_tokens": "custom", "topups": true, "support": "dedicated", "custom_price": true}', 5);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table plan;');
  }
}
