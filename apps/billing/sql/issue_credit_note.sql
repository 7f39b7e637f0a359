-- Makes the credit note of what a payment's buyer got back, refunded or by a lost dispute, as far as earlier ones do not cover it, to the seller and
-- the buyer of its invoice. A payment without an invoice has none. The caller is at the commit, like issue_invoice and after it, so that the numbers
-- have no gaps either.
create or replace function issue_credit_note(p_payment_id text, p_reason text) returns void
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_invoice invoice;
  v_cents bigint;
  v_year int := extract(year from now() at time zone 'UTC');
  v_number bigint;
begin
  perform from payment where id = p_payment_id for update;
  select * into v_invoice from invoice where payment_id = p_payment_id;
  select least(p.refunded_cents + coalesce((select sum(amount_cents) from payment_dispute where payment_id = p.id and status = 'lost'), 0), p.price_cents)
         - coalesce((select sum(total_cents) from credit_note where payment_id = p.id), 0)
    into v_cents from payment p where p.id = p_payment_id;
  if v_invoice.id is null or v_cents <= 0 then
    return;
  end if;
  insert into credit_note_series (year, last) values (v_year, 1)
  on conflict (year) do update set last = credit_note_series.last + 1 returning last into v_number;
  insert into credit_note (id, tenant_id, user_id, invoice_id, payment_id, seller, buyer, lines, total_cents, currency)
  select format('CN-%s-%s', v_year, lpad(v_number::text, 6, '0')), v_invoice.tenant_id, v_invoice.user_id, v_invoice.id, p_payment_id,
         v_invoice.seller, v_invoice.buyer,
         jsonb_build_array(jsonb_build_object('amount_cents', v_cents, 'description', format('%s of %s', p_reason, v_invoice.lines -> 0 ->> 'description'))),
         v_cents, v_invoice.currency;
end $$;

create or replace function issue_credit_note_of_refund() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform issue_credit_note(new.id, 'Refund');
  return null;
end $$;

-- By its name it comes after payment_invoice.
drop trigger if exists payment_refund on payment;
create constraint trigger payment_refund after update on payment deferrable initially deferred
  for each row when (new.status in ('credited', 'paid') and (old.refunded_cents <> new.refunded_cents or old.status <> new.status))
  execute function issue_credit_note_of_refund();

create or replace function issue_credit_note_of_dispute() returns trigger
language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform issue_credit_note(new.payment_id, 'Chargeback');
  return null;
end $$;

drop trigger if exists payment_dispute_lost on payment_dispute;
create constraint trigger payment_dispute_lost after insert or update on payment_dispute deferrable initially deferred
  for each row when (new.status = 'lost') execute function issue_credit_note_of_dispute();
