-- The credits of a payment to take back: those bought with the refunded and disputed cents, at most all of them. Won disputes do not
-- count.
create or replace function reversible(p payment) returns bigint
language sql stable as $$
  select p.tokens * least(p.price_cents, p.refunded_cents + coalesce(
    (select sum(amount_cents) from payment_dispute d where d.payment_id = p.id and d.status <> 'won'), 0))::bigint / p.price_cents;
$$;
