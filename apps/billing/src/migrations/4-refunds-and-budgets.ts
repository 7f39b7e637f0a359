import { Migration } from '@skep/platform';

export class RefundsAndBudgets1796040000130 extends Migration {
  override readonly olderCopies =
    'They reverse calls with reverse_call, which reverses the rest. Their holds are refused by a budget without a problem of its own.';
  readonly sql = `
    -- A person's budget, and what they spent in a month: written with the balance, so that reading them needs no other row.
    alter table wallet add column budget bigint constraint wallet_budget check (budget >= 0),
      add column spent bigint not null default 0,
      add column spent_month date;
    with spent as (
      select account_id, sum(captured_base + captured_fee)::bigint as total from hold h
       where status = 'captured' and ended_at >= date_trunc('month', now() at time zone 'UTC') at time zone 'UTC'
         and not exists (select from call_reversal r where r.hold_id = h.id)
       group by account_id
    )
    update wallet w set spent = s.total, spent_month = date_trunc('month', now() at time zone 'UTC') from spent s where s.account_id = w.account_id;

    -- A call may be refunded in parts.
    alter table call_reversal add column n int not null default 1,
      add column base bigint not null default 0,
      add column granted bigint not null default 0,
      add column payable bigint not null default 0;
    alter table call_reversal disable trigger user;
    update call_reversal r
       set base = h.captured_base, granted = h.captured_granted,
           payable = case when h.developer_id <> '' then greatest(h.captured_base - h.captured_granted, 0) * h.split / 100 else 0 end
      from hold h where h.id = r.hold_id;
    alter table call_reversal enable trigger user;
    alter table call_reversal drop constraint call_reversal_pkey, add primary key (hold_id, n);
    drop function if exists add_earnings(text[], int);`;
}
