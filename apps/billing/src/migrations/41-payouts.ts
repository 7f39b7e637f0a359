import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payouts. A developer has an earnings account in each tenant whose users pay for their functions, and a ledger transaction belongs to one
 * tenant. So a payout has one part per tenant.
 *
 * Locks: the developer's earnings accounts by ascending id, after a wallet where there is one. The lock does not block captures, which
 * only add to the earnings.
 */
export class Payouts1763769600141 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ledger_account drop constraint ledger_account_owner,
        add constraint ledger_account_owner check ((kind in ('wallet', 'earnings', 'payable')) = (user_id <> ''));
      create index ledger_account_developer on ledger_account (user_id, kind) where kind in ('earnings', 'payable');

      create table payout (
        id bigint generated always as identity primary key,
        tenant_id text not null,
        developer_id text not null,
        amount_tokens bigint not null,
        amount_usd text not null,
        status text not null default 'pending',
        method text not null,
        reference text,
        notes text,
        admin_note text,
        requested_at timestamptz not null default now(),
        processed_at timestamptz,
        processed_by text,
        constraint payout_amount check (amount_tokens > 0),
        constraint payout_status check (
          status in ('pending', 'approved', 'paid', 'rejected')
          and (status = 'pending') = (processed_at is null)
          and (status = 'paid') = (reference is not null))
      );
      create index payout_owner on payout (tenant_id, developer_id, id);
      create index payout_queue on payout (status, id);

      create table payout_part (
        payout_id bigint not null constraint payout_part_payout references payout,
        account_id bigint not null constraint payout_part_account references ledger_account,
        amount bigint not null,
        reserved_by text not null constraint payout_part_reserved references ledger_transaction,
        ended_by text constraint payout_part_ended references ledger_transaction,
        primary key (payout_id, account_id),
        constraint payout_part_reserved_unique unique (reserved_by),
        constraint payout_part_ended_unique unique (ended_by),
        constraint payout_part_amount check (amount > 0)
      );
      create index payout_part_account_id on payout_part (account_id);

      -- Creates a payout and moves its amount from the developer's earnings to their payable accounts. Promotional earnings, which granted
      -- credits paid, cannot be paid out.
      -- payout_id: null if the earnings do not cover the amount; then nothing has moved. available: what can still be requested.
      create function reserve_payout(p_tenant text, p_developer text, p_amount bigint, p_usd text, p_method text, p_notes text)
      returns table (payout_id bigint, available bigint) language plpgsql
      security definer set search_path = public, pg_temp as $$
      declare
        v record;
        v_left bigint := p_amount;
        v_part bigint;
      begin
        perform from ledger_account a where a.kind = 'earnings' and a.user_id = p_developer order by a.id for no key update;
        select coalesce(sum(e.amount - e.granted), 0) into available
          from ledger_account a join ledger_entry e on e.account_id = a.id where a.kind = 'earnings' and a.user_id = p_developer;
        if available < p_amount then
          return next;
          return;
        end if;
        insert into payout (tenant_id, developer_id, amount_tokens, amount_usd, method, notes)
        values (p_tenant, p_developer, p_amount, p_usd, p_method, p_notes) returning id into payout_id;
        insert into ledger_account (tenant_id, kind, user_id)
        select a.tenant_id, 'payable', a.user_id from ledger_account a where a.kind = 'earnings' and a.user_id = p_developer order by a.id
        on conflict do nothing;
        for v in
          select a.id, a.tenant_id, sum(e.amount - e.granted)::bigint as earned
            from ledger_account a join ledger_entry e on e.account_id = a.id where a.kind = 'earnings' and a.user_id = p_developer
           group by a.id, a.tenant_id having sum(e.amount - e.granted) > 0 order by a.id
        loop
          exit when v_left = 0;
          v_part := least(v.earned, v_left);
          insert into payout_part (payout_id, account_id, amount, reserved_by)
          values (payout_id, v.id, v_part, post_transaction(v.tenant_id, 'payout', 'payout:' || payout_id, format('Payout %s', payout_id), null,
                    array[v.id, account_of(v.tenant_id, 'payable', p_developer)], array[-v_part, v_part]));
          v_left := v_left - v_part;
        end loop;
        available := available - p_amount;
        return next;
      end $$;

      -- Changes the status of a payout and moves its reserved credits: to 'clearing' when it is paid, back to the earnings when it is
      -- rejected. Returns 'changed'; 'unchanged': it already has the status and the reference; 'not_allowed'; or 'not_found'.
      create function change_payout_status(p_payout bigint, p_status text, p_note text, p_method text, p_reference text, p_by text) returns text
      language plpgsql security definer set search_path = public, pg_temp as $$
      declare
        v payout;
        v_transition record;
        v_part record;
      begin
        select * into v from payout where id = p_payout for update;
        if not found then
          return 'not_found';
        elsif v.status = p_status then
          return case when p_reference is not distinct from v.reference then 'unchanged' else 'not_allowed' end;
        end if;
        select * into v_transition
          from (values ('pending', 'approved', null),
                       ('pending', 'rejected', 'earnings'),
                       ('approved', 'paid', 'clearing'),
                       ('approved', 'rejected', 'earnings')) as t (from_status, to_status, into_kind)
         where t.from_status = v.status and t.to_status = p_status;
        if not found then
          return 'not_allowed';
        end if;
        for v_part in
          select p.account_id, p.amount, a.tenant_id, a.user_id,
                 case v_transition.into_kind when 'earnings' then a.id else account_of(a.tenant_id, v_transition.into_kind) end as into_account
            from payout_part p join ledger_account a on a.id = p.account_id
           where p.payout_id = v.id and v_transition.into_kind is not null order by p.account_id
        loop
          update payout_part set ended_by = post_transaction(v_part.tenant_id, 'payout', 'payout-ended:' || v.id,
              format('Payout %s, %s', v.id, p_status), null,
              array[account_of(v_part.tenant_id, 'payable', v_part.user_id), v_part.into_account], array[-v_part.amount, v_part.amount])
           where payout_id = v.id and account_id = v_part.account_id;
        end loop;
        update payout
           set status = p_status, admin_note = coalesce(nullif(p_note, ''), admin_note), method = coalesce(p_method, method),
               reference = p_reference, processed_at = now(), processed_by = p_by
         where id = v.id;
        return 'changed';
      end $$;

      create function ledger_check_payouts() returns table (violation text, subject text, detail text) language sql stable as $$
        select 'payout_not_reserved', p.id::text, format('%s requested, %s reserved', p.amount_tokens, coalesce(s.total, 0))
          from payout p left join (select payout_id, sum(amount) as total from payout_part group by payout_id) s on s.payout_id = p.id
         where p.amount_tokens <> coalesce(s.total, 0)
        union all
        select 'payout_reserved_wrongly', part.payout_id::text, format('part of %s credits of account %s', part.amount, part.account_id)
          from payout_part part
          join payout p on p.id = part.payout_id
          left join ledger_account a on a.id = part.account_id
          left join ledger_transaction t on t.id = part.reserved_by
         where (a.kind, a.user_id, t.kind, t.idempotency_key) is distinct from ('earnings', p.developer_id, 'payout', 'payout:' || p.id)
            or (select sum(e.amount) from ledger_entry e where e.transaction_id = t.id and e.account_id = a.id) is distinct from -part.amount
            or (select sum(e.amount) from ledger_entry e
                 where e.transaction_id = t.id and e.account_id = account_of(a.tenant_id, 'payable', a.user_id)) is distinct from part.amount
        union all
        select 'payout_ended_wrongly', part.payout_id::text, format('%s, and account %s %s', p.status, part.account_id,
                 case when part.ended_by is null then 'is still reserved' else 'was booked otherwise' end)
          from payout_part part
          join payout p on p.id = part.payout_id
          join ledger_account a on a.id = part.account_id
          left join ledger_transaction t on t.id = part.ended_by
         where case when p.status in ('pending', 'approved') then part.ended_by is not null
               else (t.kind, t.idempotency_key) is distinct from ('payout', 'payout-ended:' || p.id)
                 or (select sum(e.amount) from ledger_entry e
                      where e.transaction_id = t.id and e.account_id = account_of(a.tenant_id, 'payable', a.user_id)) is distinct from -part.amount
                 or (select sum(e.amount) from ledger_entry e where e.transaction_id = t.id and e.account_id =
                       case p.status when 'paid' then account_of(a.tenant_id, 'clearing') else a.id end) is distinct from part.amount
               end
        union all
        select 'payable_without_payout', t.id, t.idempotency_key
          from ledger_transaction t
         where t.kind = 'payout' and not exists (select from payout_part p where t.id in (p.reserved_by, p.ended_by))
        union all
        select 'payable_wrong', a.tenant_id || '/' || a.user_id, format('payable %s, open payouts reserve %s', coalesce(e.total, 0), coalesce(p.total, 0))
          from ledger_account a
          left join (select account_id, sum(amount) as total from ledger_entry group by account_id) e on e.account_id = a.id
          left join (
            select b.tenant_id, b.user_id, sum(part.amount) as total
              from payout_part part join ledger_account b on b.id = part.account_id where part.ended_by is null group by b.tenant_id, b.user_id
          ) p on (p.tenant_id, p.user_id) = (a.tenant_id, a.user_id)
         where a.kind = 'payable' and coalesce(e.total, 0) <> coalesce(p.total, 0)
        union all
        select 'earnings_wrong', a.tenant_id || '/' || a.user_id,
               format('earnings %s (promotional %s), calls earned %s (payable %s), payouts took %s',
                      coalesce(e.total, 0), coalesce(e.granted, 0), coalesce(c.total, 0), coalesce(c.payable, 0), coalesce(p.total, 0))
          from ledger_account a
          left join (select account_id, sum(amount) as total, sum(granted) as granted from ledger_entry group by account_id) e on e.account_id = a.id
          left join (
            select h.tenant_id, h.developer_id, sum(h.captured_base * h.split / 100 - coalesce(r.share, 0)) as total,
                   sum(payable_share(h.captured_base, h.captured_granted, h.split)) filter (where r.hold_id is null) as payable
              from hold h left join call_reversal r on r.hold_id = h.id where h.status = 'captured' group by h.tenant_id, h.developer_id
          ) c on (c.tenant_id, c.developer_id) = (a.tenant_id, a.user_id)
          left join (
            select part.account_id, sum(part.amount) as total
              from payout_part part join payout q on q.id = part.payout_id where q.status <> 'rejected' group by part.account_id
          ) p on p.account_id = a.id
         where a.kind = 'earnings'
           and (coalesce(e.total, 0), coalesce(e.granted, 0))
            <> (coalesce(c.total, 0) - coalesce(p.total, 0), coalesce(c.total, 0) - coalesce(c.payable, 0))
        union all
        select 'granted_credits_paid_out', e.id::text, format('%s granted credits on account %s', e.granted, a.id)
          from ledger_entry e join ledger_account a on a.id = e.account_id
         where a.kind in ('payable', 'clearing', 'receivable', 'chargebacks') and e.granted <> 0;
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function ledger_check_payouts(); drop function change_payout_status(bigint, text, text, text, text, text);
      drop function reserve_payout(text, text, bigint, text, text, text);
      drop table payout_part; drop table payout; drop index ledger_account_developer;
      alter table ledger_account drop constraint ledger_account_owner,
        add constraint ledger_account_owner check ((kind in ('wallet', 'earnings')) = (user_id <> ''));
    `);
  }
}
