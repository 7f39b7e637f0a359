import { Migration } from '@skep/platform';

/** Counters instead of counts over all actions. Actions that exist are counted like new ones; the sums of removed ones become counters. */
export class ActionCounts1764288000000 extends Migration {
  override readonly olderCopies = 'They lack statistics and the removal of old actions until they are replaced. Calls go on.';
  readonly sql = `
    -- Actions that count_actions has not added to the counters yet.
    create table uncounted_action (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      day date not null,
      success boolean not null,
      tokens bigint not null,
      duration_ms bigint
    );

    -- A user's actions in an app: of one day (UTC), and of all time with the day -infinity.
    create table action_count (
      tenant_id text not null,
      user_id text not null,
      app_id text not null,
      day date not null,
      actions bigint not null,
      successes bigint not null,
      tokens numeric not null,
      primary key (tenant_id, user_id, app_id, day)
    );
    create index action_count_day on action_count (day) where day <> '-infinity';

    -- The same of all users together.
    create table app_action_count (
      app_id text not null,
      day date not null,
      users bigint not null,
      actions bigint not null,
      successes bigint not null,
      timed bigint not null,
      duration_ms numeric not null,
      primary key (app_id, day)
    );
    create index app_action_count_day on app_action_count (day) where day <> '-infinity';

    insert into action_count (tenant_id, user_id, app_id, day, actions, successes, tokens)
    select tenant_id, user_id, app_id, '-infinity', actions, successes, tokens from removed_actions;
    insert into app_action_count (app_id, day, users, actions, successes, timed, duration_ms)
    select app_id, '-infinity', count(*), sum(actions), sum(successes), sum(timed), sum(duration_ms) from removed_actions group by app_id;
    insert into uncounted_action (tenant_id, user_id, app_id, day, success, tokens, duration_ms)
    select tenant_id, user_id, app_id, (created_at at time zone 'utc')::date, status = 'success', tokens_used, duration_ms from action;

    drop table removed_actions;
    -- It served only the statistics of apps.
    drop index action_app;`;
}
