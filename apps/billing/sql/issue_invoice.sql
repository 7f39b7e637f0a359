-- Makes the invoice of a payment that has succeeded, with the seller, the buyer and the lines of that time. It runs at the commit, when the
-- transaction has all its other locks: the number's row is the last one, so invoices wait for each other, and nothing waits for them. A
-- transaction that fails returns its number.
create or replace function issue_invoice() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_year int := extract(year from now() at time zone 'UTC');
  v_number bigint;
begin
  insert into invoice_series (year, last) values (v_year, 1)
  on conflict (year) do update set last = invoice_series.last + 1 returning last into v_number;
  insert into invoice (id, tenant_id, user_id, payment_id, seller, buyer, lines, total_cents, currency)
  select format('INV-%s-%s', v_year, lpad(v_number::text, 6, '0')), new.tenant_id, new.user_id, new.id,
         coalesce((select value from price where name = 'invoice-seller'), '{}'),
         coalesce((select jsonb_build_object('name', name, 'company', company, 'vat', vat, 'country', country) from billing_profile b
                    where (b.tenant_id, b.user_id) = (new.tenant_id, new.user_id)), '{}'),
         jsonb_build_array(jsonb_build_object('amount_cents', new.price_cents, 'description',
           case when new.kind = 'subscription'
             then format('Plan %s', (select p.name from plan_charge c join plan p on p.id = c.plan where c.payment_id = new.id limit 1))
             else format('%s credits', new.tokens) end)),
         new.price_cents, new.currency;
  return null;
end $$;

drop trigger if exists payment_invoice on payment;
create constraint trigger payment_invoice after update on payment deferrable initially deferred
  for each row when (old.status not in ('credited', 'paid') and new.status in ('credited', 'paid')) execute function issue_invoice();

-- An invoice or a credit note never changes. Only the erasure of its user removes who the buyer was.
create or replace function refuse_invoice_change() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and new.buyer = '{}' and to_jsonb(new) - 'buyer' = to_jsonb(old) - 'buyer' then
    return new;
  end if;
  raise exception 'an invoice never changes: % is not allowed', lower(tg_op) using errcode = 'restrict_violation';
end $$;

create or replace trigger invoice_unchanged before update or delete on invoice for each row execute function refuse_invoice_change();
create or replace trigger credit_note_unchanged before update or delete on credit_note for each row execute function refuse_invoice_change();
