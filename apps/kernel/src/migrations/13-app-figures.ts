import { Migration } from '@skep/platform';

/** What developers see of their apps by day: also credits, and how long calls take. */
export class AppFigures1796200000014 extends Migration {
  readonly sql = `
    alter table uncounted_action add column credits double precision not null default 0;
    alter table app_action_count add column credits numeric not null default 0;

    -- The calls of an app on a day that took about 2^(bucket/4) milliseconds.
    create table app_latency (
      app_id text not null,
      day date not null,
      bucket smallint not null,
      calls bigint not null,
      primary key (app_id, day, bucket)
    );
    create index app_latency_day on app_latency (day);`;
}
