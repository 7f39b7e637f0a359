import { Migration } from '@skep/platform';

export class Invoices1796040000140 extends Migration {
  readonly sql = `
    -- The last number of the invoices of a year. Its row is locked until the commit, so that numbers have no gaps.
    create table invoice_series (
      year int primary key,
      last bigint not null
    );

    -- An invoice of a payment, as it was made: see sql/issue_invoice.sql.
    create table invoice (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      payment_id text not null constraint invoice_payment references payment,
      issued_at timestamptz not null default now(),
      seller jsonb not null,
      buyer jsonb not null,
      lines jsonb not null,
      total_cents bigint not null,
      currency text not null,
      constraint invoice_payment_unique unique (payment_id),
      constraint invoice_total check (total_cents > 0)
    );
    create index invoice_owner on invoice (tenant_id, user_id, issued_at desc, id desc);`;
}
