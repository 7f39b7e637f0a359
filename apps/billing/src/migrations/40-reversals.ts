import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Earnings by app and month are computed from captured holds, which need an index; a reversed call is a row beside its hold. */
export class Reversals1763769600140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create index hold_earned on hold (developer_id, app_id, ended_at) include (captured_base, captured_granted, split)
       where status = 'captured' and developer_id is not null;

      create table call_reversal (
        hold_id text primary key constraint call_reversal_hold references hold,
        transaction_id text not null constraint call_reversal_transaction references ledger_transaction,
        amount bigint not null,
        share bigint not null,
        reason text not null,
        reversed_by text not null,
        reversed_at timestamptz not null default now(),
        constraint call_reversal_transaction_unique unique (transaction_id),
        constraint call_reversal_amount check (amount > 0 and share between 0 and amount)
      );
      create trigger call_reversal_append_only before update or delete or truncate on call_reversal
        for each statement execute function refuse_change();

      -- Reverses a captured hold, once: its whole price goes back to the wallet, as the kinds of credits that paid it, and repays the
      -- wallet's debts. The share comes out of the developer's earnings, which may fall below zero if they were paid out. Returns no row if
      -- there is no such captured hold.
      create function reverse_call(p_hold text, p_reason text, p_by text)
      returns table (hold_id text, transaction_id text, amount bigint, share bigint, reversed_at timestamptz,
                     tenant_id text, user_id text, balance bigint, is_new boolean)
      language plpgsql
      security definer set search_path = public, pg_temp as $$
      #variable_conflict use_column
      declare
        v hold;
        v_total bigint;
        v_share bigint;
        v_promotional bigint;
        v_accounts bigint[];
        v_amounts bigint[];
        v_granted bigint[];
        v_is_new boolean;
      begin
        select * into v from hold h where h.id = p_hold and h.status = 'captured';
        if not found then
          return;
        end if;
        perform from wallet w where w.account_id = v.account_id for update;
        v_is_new := not exists (select from call_reversal r where r.hold_id = v.id);
        if v_is_new then
          v_total := v.captured_base + v.captured_fee;
          v_share := case when v.developer_id <> '' then v.captured_base * v.split / 100 else 0 end;
          v_promotional := v_share - case when v.developer_id <> '' then payable_share(v.captured_base, v.captured_granted, v.split) else 0 end;
          perform from ledger_account a where a.id = account_of(v.tenant_id, 'earnings', v.developer_id) for no key update;
          select array_agg(account order by account), array_agg(leg.amount order by account), array_agg(leg.granted order by account)
            into v_accounts, v_amounts, v_granted
            from (values (v.account_id, v_total, v.captured_granted),
                         (account_of(v.tenant_id, 'earnings', v.developer_id), -v_share, -v_promotional),
                         (account_of(v.tenant_id, 'revenue'), v_share - v_total, v_promotional - v.captured_granted))
                   as leg (account, amount, granted)
           where leg.amount <> 0;
          insert into call_reversal (hold_id, transaction_id, amount, share, reason, reversed_by)
          values (v.id, post_transaction(v.tenant_id, 'call_reversal', 'reversal:' || v.id,
                    format('%s: reversed (%s)', v.function, p_reason), v.app_id, v_accounts, v_amounts, v_granted),
                  v_total, v_share, p_reason, p_by);
          perform repay_debts(v.tenant_id, v.user_id, 'reversal:' || v.id);
        end if;
        return query
          select r.hold_id, r.transaction_id, r.amount, r.share, r.reversed_at, w.tenant_id, w.user_id, w.balance, v_is_new
            from call_reversal r join wallet w on w.account_id = v.account_id where r.hold_id = v.id;
      end $$;

      create function ledger_check_reversals() returns table (violation text, subject text, detail text) language sql stable as $$
        select 'call_reversed_wrongly', r.hold_id, format('reversed %s; booked: wallet %s, developer %s, platform %s', r.amount, l.wallet, l.share, l.rest)
          from call_reversal r
          left join hold h on h.id = r.hold_id
          left join ledger_transaction t on t.id = r.transaction_id
          cross join lateral (
            select coalesce(sum(e.amount) filter (where a.id = h.account_id), 0) as wallet,
                   coalesce(sum(e.granted) filter (where a.id = h.account_id), 0) as granted,
                   coalesce(sum(e.granted) filter (where a.kind = 'earnings'), 0) as promotional,
                   coalesce(sum(e.amount) filter (where a.kind = 'earnings' and a.user_id = h.developer_id), 0) as share,
                   coalesce(sum(e.amount) filter (where a.kind = 'revenue'), 0) as rest
              from ledger_entry e join ledger_account a on a.id = e.account_id where e.transaction_id = r.transaction_id
          ) l
         where (h.status, t.kind, t.idempotency_key, r.amount, r.share, l.wallet, l.granted, l.share, l.promotional, l.rest) is distinct from
               ('captured', 'call_reversal', 'reversal:' || r.hold_id, h.captured_base + h.captured_fee,
                case when h.developer_id <> '' then h.captured_base * h.split / 100 else 0 end, r.amount, h.captured_granted, -r.share,
                case when h.developer_id <> '' then payable_share(h.captured_base, h.captured_granted, h.split) else 0 end - r.share,
                r.share - r.amount)
        union all
        select 'reversal_without_call', t.id, t.idempotency_key
          from ledger_transaction t left join call_reversal r on r.transaction_id = t.id where t.kind = 'call_reversal' and r.hold_id is null;
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function ledger_check_reversals(); drop function reverse_call(text, text, text);
      drop table call_reversal; drop index hold_earned;
    `);
  }
}
