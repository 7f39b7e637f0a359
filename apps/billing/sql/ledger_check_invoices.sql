-- A check of check_ledger(): invoices and credit notes, and their numbers, which have no gaps.
create or replace function ledger_check_invoices() returns table (violation text, subject text, detail text)
language sql stable as $$
  select 'invoice_wrong', i.id, format('total %s, payment %s of %s', i.total_cents, p.id, p.price_cents)
    from invoice i join payment p on p.id = i.payment_id
   where (i.total_cents, i.currency, i.tenant_id, i.user_id) is distinct from (p.price_cents, p.currency, p.tenant_id, p.user_id)
  union all
  select 'invoice_number_missing', s.year::text, format('%s numbers were given, %s invoices exist', s.last, coalesce(i.count, 0))
    from invoice_series s
    left join (
      select split_part(id, '-', 2)::int as year, count(*) as count, max(split_part(id, '-', 3)::bigint) as last from invoice group by 1
    ) i on i.year = s.year
   where (i.count, i.last) is distinct from (s.last, s.last)
  union all
  select 'credit_notes_wrong', i.id, format('credit notes of %s, refunded %s, lost %s', coalesce(c.cents, 0), p.refunded_cents, coalesce(d.cents, 0))
    from invoice i
    join payment p on p.id = i.payment_id
    left join (select invoice_id, sum(total_cents) as cents from credit_note group by 1) c on c.invoice_id = i.id
    left join (select payment_id, sum(amount_cents) as cents from payment_dispute where status = 'lost' group by 1) d on d.payment_id = p.id
   where coalesce(c.cents, 0) <> least(p.refunded_cents + coalesce(d.cents, 0), p.price_cents)
  union all
  select 'credit_note_wrong', c.id, format('of payment %s, invoice %s of payment %s', c.payment_id, i.id, i.payment_id)
    from credit_note c join invoice i on i.id = c.invoice_id
   where (c.payment_id, c.currency, c.tenant_id, c.user_id) is distinct from (i.payment_id, i.currency, i.tenant_id, i.user_id)
  union all
  select 'credit_note_number_missing', s.year::text, format('%s numbers were given, %s credit notes exist', s.last, coalesce(c.count, 0))
    from credit_note_series s
    left join (
      select split_part(id, '-', 2)::int as year, count(*) as count, max(split_part(id, '-', 3)::bigint) as last from credit_note group by 1
    ) c on c.year = s.year
   where (c.count, c.last) is distinct from (s.last, s.last);
$$;
