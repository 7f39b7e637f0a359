import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Refunds and disputes that the payment provider reports, and the ids of its events that were processed. The credits of returned money
 * are taken back; credits that are already spent become a debt, booked on the tenant's account `chargebacks`.
 *
 * Lock order, as before: the payment; new accounts; the wallet; then its debts and the keys of transactions that only this wallet has.
 */
export class PaymentEvents1763769600132 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table payment
        add kind text not null default 'topup',
        add refunded_cents bigint not null default 0,
        add reversed bigint not null default 0,
        add reversals int not null default 0,
        add receipt_url text,
        add checked_at timestamptz not null default now(),
        drop constraint payment_status, drop constraint payment_price,
        add constraint payment_kind check (kind in ('topup', 'auto_topup', 'subscription')),
        add constraint payment_status check (status in ('created', 'credited', 'paid', 'canceled') and (status = 'credited') = (transaction_id is not null)),
        add constraint payment_price check (tokens >= 0 and (tokens = 0) = (kind = 'subscription') and price_cents > 0),
        add constraint payment_reversed check (reversed between 0 and tokens and refunded_cents >= 0);
      create index payment_owner on payment (tenant_id, user_id, created_at desc, id);
      create index payment_unsettled on payment (created_at) where status = 'created';

      create table payment_event (
        id text primary key,
        type text not null,
        processed_at timestamptz not null default now()
      );

      create table payment_dispute (
        id text primary key,
        payment_id text not null constraint payment_dispute_payment references payment,
        amount_cents bigint not null constraint payment_dispute_amount check (amount_cents > 0),
        status text not null constraint payment_dispute_status check (status in ('open', 'won', 'lost'))
      );
      create index payment_dispute_payment_id on payment_dispute (payment_id);

      -- A debt is for a call, or for spent credits whose payment was refunded or disputed.
      alter table debt alter hold_id drop not null,
        add payment_id text constraint debt_payment references payment,
        add constraint debt_reason check ((hold_id is null) <> (payment_id is null));

      create or replace function repay_debts(p_tenant text, p_user text, p_key text) returns void
      language plpgsql as $$
      declare
        v_account bigint;
        v_left bigint;
        v_calls bigint := 0;
        v_reversals bigint := 0;
        v_debt debt;
        v_pay bigint;
      begin
        select account_id, balance - greatest(held, granted) into v_account, v_left from wallet where tenant_id = p_tenant and user_id = p_user for update;
        for v_debt in select * from debt where account_id = v_account and paid < amount order by id loop
          v_pay := least(v_debt.amount - v_debt.paid, v_left - v_calls - v_reversals);
          exit when v_pay = 0;
          update debt set paid = paid + v_pay where id = v_debt.id;
          if v_debt.hold_id is null then
            v_reversals := v_reversals + v_pay;
          else
            v_calls := v_calls + v_pay;
          end if;
        end loop;
        perform post_transaction(p_tenant, 'repayment', 'repay:' || p_key,
          case when v_reversals = 0 then format('Repayment of %s credits owed for earlier calls', v_calls)
               else format('Repayment of %s credits owed', v_calls + v_reversals) end,
          null, array_agg(account order by account), array_agg(amount order by account))
          from (values (v_account, -v_calls - v_reversals),
                       (account_of(p_tenant, 'receivable'), v_calls),
                       (account_of(p_tenant, 'chargebacks'), v_reversals)) as leg (account, amount)
         where amount <> 0 having count(*) > 0;
      end $$;

      -- The credits of a payment to take back: those bought with the refunded and disputed cents, at most all of them. Won disputes do not
      -- count.
      create function reversible(p payment) returns bigint language sql stable as $$
        select p.tokens * least(p.price_cents, p.refunded_cents + coalesce(
          (select sum(amount_cents) from payment_dispute d where d.payment_id = p.id and d.status <> 'won'), 0))::bigint / p.price_cents;
      $$;

      -- Takes back the reversible credits of a credited payment, or reinstates them after a won dispute, in bought credits only. Returns
      -- what moved; no row if nothing had to move. It never starts an automatic top-up.
      create function reverse_payment(p_payment text)
      returns table (tenant_id text, user_id text, amount bigint, balance bigint, transaction_id text)
      language plpgsql security definer set search_path = public, pg_temp as $$
      #variable_conflict use_column
      declare
        v payment;
        v_wallet wallet;
        v_back bigint;
        v_taken bigint;
        v_disputed boolean;
      begin
        select * into v from payment where id = p_payment for update;
        v_back := reversible(v) - v.reversed;
        if not found or v.status <> 'credited' or v_back = 0 then
          return;
        end if;
        insert into ledger_account (tenant_id, kind) select v.tenant_id, 'chargebacks'
         where account_of(v.tenant_id, 'chargebacks') is null on conflict do nothing;
        select * into strict v_wallet from wallet w where w.tenant_id = v.tenant_id and w.user_id = v.user_id for update;
        v_disputed := exists (select from payment_dispute d where d.payment_id = v.id and d.status <> 'won');
        v_taken := least(v_back, v_wallet.balance - greatest(v_wallet.held, v_wallet.granted));
        update wallet set recharge_below = null where account_id = v_wallet.account_id and recharge_below is not null;
        select post_transaction(v.tenant_id, case when v_back > 0 then 'reversal' else 'reinstatement' end,
                 format('reversal:%s:%s', v.id, v.reversals),
                 concat_ws(' ',
                   case when v_back < 0 then format('%s credits returned: the dispute of the payment was won', -v_back)
                        when v_disputed then format('%s credits taken back: the payment is disputed', v_back)
                        else format('%s credits taken back: the payment was refunded', v_back) end,
                   case when v_taken < v_back then format('(%s owed)', v_back - v_taken) end),
                 null, array_agg(account order by account), array_agg(leg.amount order by account))
          into transaction_id
          from (values (v_wallet.account_id, -v_taken),
                       (account_of(v.tenant_id, 'chargebacks'), v_taken - v_back),
                       (account_of(v.tenant_id, 'clearing'), v_back)) as leg (account, amount)
         where leg.amount <> 0;
        insert into debt (account_id, payment_id, amount) select v_wallet.account_id, v.id, v_back - v_taken where v_taken < v_back;
        update payment set reversed = v.reversed + v_back, reversals = v.reversals + 1 where id = v.id;
        if v_back < 0 then
          perform repay_debts(v.tenant_id, v.user_id, format('%s:%s', v.id, v.reversals));
        end if;
        update wallet set recharge_below = v_wallet.recharge_below where account_id = v_wallet.account_id and v_wallet.recharge_below is not null;
        return query select v.tenant_id, v.user_id, -v_taken, w.balance, transaction_id from wallet w where w.account_id = v_wallet.account_id;
      end $$;

      create function ledger_check_payments() returns table (violation text, subject text, detail text) language sql stable as $$
        select 'payment_credited_wrongly', p.id, format('bought %s, credited %s', p.tokens, coalesce(e.amount, 0))
          from payment p
          left join ledger_account a on (a.tenant_id, a.kind, a.user_id) = (p.tenant_id, 'wallet', p.user_id)
          left join ledger_entry e on (e.transaction_id, e.account_id) = (p.transaction_id, a.id)
         where p.status = 'credited' and e.amount is distinct from p.tokens
        union all
        select 'payment_reversed_wrongly', p.id, format('reversible %s, reversed %s, booked %s', reversible(p), p.reversed, coalesce(b.total, 0))
          from payment p
          left join (
            select split_part(t.idempotency_key, ':', 2) as payment, t.tenant_id, sum(e.amount) as total
              from ledger_transaction t
              join ledger_entry e on e.transaction_id = t.id join ledger_account a on a.id = e.account_id and a.kind = 'clearing'
             where t.kind in ('reversal', 'reinstatement') group by 1, 2
          ) b on (b.payment, b.tenant_id) = (p.id, p.tenant_id)
         where p.reversed <> coalesce(b.total, 0) or p.reversed <> case when p.status = 'credited' then reversible(p) else 0 end
        union all
        select 'debt_of_another', d.id::text, d.payment_id
          from debt d join payment p on p.id = d.payment_id left join ledger_account a on a.id = d.account_id
         where (a.tenant_id, a.kind, a.user_id) is distinct from (p.tenant_id, 'wallet', p.user_id)
        union all
        select 'chargebacks_wrong', a.tenant_id, format('chargebacks %s, open debts %s', -coalesce(e.total, 0), coalesce(d.total, 0))
          from ledger_account a
          left join (select account_id, sum(amount) as total from ledger_entry group by account_id) e on e.account_id = a.id
          left join (
            select p.tenant_id, sum(d.amount - d.paid) as total from debt d join payment p on p.id = d.payment_id group by p.tenant_id
          ) d on d.tenant_id = a.tenant_id
         where a.kind = 'chargebacks' and coalesce(e.total, 0) <> -coalesce(d.total, 0);
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function ledger_check_payments();
      drop function reverse_payment(text);
      drop function reversible(payment);
      delete from debt where hold_id is null;
      alter table debt drop payment_id, alter hold_id set not null;
      drop table payment_dispute; drop table payment_event;
      alter table payment drop constraint payment_kind, drop constraint payment_status, drop constraint payment_price,
        drop kind, drop refunded_cents, drop reversed, drop reversals, drop receipt_url, drop checked_at,
        add constraint payment_status check (status in ('created', 'credited') and (status = 'credited') = (transaction_id is not null)),
        add constraint payment_price check (tokens > 0 and price_cents > 0);
      drop index payment_owner;
    `);
  }
}
