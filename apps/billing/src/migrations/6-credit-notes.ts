import { Migration } from '@skep/platform';

/** Credit notes, with one for each payment whose money went back before. */
export class CreditNotes1796600000140 extends Migration {
  readonly sql = `
    -- The last number of the credit notes of a year: see invoice_series.
    create table credit_note_series (
      year int primary key,
      last bigint not null
    );

    -- A credit note of what went back, as it was made: see sql/issue_credit_note.sql.
    create table credit_note (
      id text primary key,
      tenant_id text not null,
      user_id text not null,
      invoice_id text not null constraint credit_note_invoice references invoice,
      payment_id text not null constraint credit_note_payment references payment,
      issued_at timestamptz not null default now(),
      seller jsonb not null,
      buyer jsonb not null,
      lines jsonb not null,
      total_cents bigint not null,
      currency text not null,
      constraint credit_note_total check (total_cents > 0)
    );
    create index credit_note_owner on credit_note (tenant_id, user_id, issued_at desc, id desc);
    create index credit_note_of_payment on credit_note (payment_id);

    with returned as (
      select id, least(refunded_cents + coalesce((select sum(amount_cents) from payment_dispute where payment_id = payment.id and status = 'lost'), 0),
                       price_cents) as cents
        from payment
    )
    insert into credit_note (id, tenant_id, user_id, invoice_id, payment_id, seller, buyer, lines, total_cents, currency)
    select format('CN-%s-%s', extract(year from now() at time zone 'UTC'), lpad((row_number() over (order by i.id))::text, 6, '0')),
           i.tenant_id, i.user_id, i.id, p.id, i.seller, i.buyer,
           jsonb_build_array(jsonb_build_object('amount_cents', p.cents,
                                                'description', format('Refund of %s', i.lines -> 0 ->> 'description'))),
           p.cents, i.currency
      from returned p join invoice i on i.payment_id = p.id where p.cents > 0;
    insert into credit_note_series (year, last)
    select split_part(id, '-', 2)::int, count(*) from credit_note group by 1;`;
}
