import { Migration } from '@skep/platform';

export class Earnings1764288000110 extends Migration {
  readonly sql = `
    -- What developers have earned: written by sql/add_earnings.sql.
    create table earning (
      developer_id text not null,
      app_id text not null,
      month date not null,
      share bigint not null,
      rest bigint not null,
      payable bigint not null,
      calls bigint not null,
      primary key (developer_id, app_id, month)
    );
    create table tenant_earning (
      developer_id text not null,
      tenant_id text not null,
      payable bigint not null,
      primary key (developer_id, tenant_id)
    );

    -- Captures by copies of the last release wait, and then find the triggers that count them.
    lock table hold in access exclusive mode;
    lock table call_reversal in share row exclusive mode;
    with move as (
      select developer_id, tenant_id, app_id, ended_at as at, captured_base * split / 100 as share, captured_base as base,
             greatest(captured_base - captured_granted, 0) * split / 100 as payable, 1 as calls
        from hold where status = 'captured' and developer_id <> ''
      union all
      select h.developer_id, h.tenant_id, h.app_id, r.reversed_at, -r.share, -h.captured_base,
             -(greatest(h.captured_base - h.captured_granted, 0) * h.split / 100), 0
        from call_reversal r join hold h on h.id = r.hold_id where h.developer_id <> ''
    ), by_tenant as (
      insert into tenant_earning select developer_id, tenant_id, sum(payable) from move group by 1, 2
    )
    insert into earning
    select developer_id, app_id, date_trunc('month', at at time zone 'UTC'), sum(share), sum(base - share), sum(payable), sum(calls)
      from move group by 1, 2, 3;
    drop index hold_earned;`;
}
