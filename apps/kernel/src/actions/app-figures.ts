import { DayOfApp } from '@skep/contracts/kernel';
import { Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** The lowest bucket that has this share of a day's calls below its end. */
const percentile = (share: number) => `round(2 ^ (min(bucket) filter (where upto >= ${share} * total) / 4.0))::bigint`;
/** Reads counters only, however many calls there were. */
const LIST = statement(
  `with day as (
     select day::date from generate_series((now() at time zone 'utc')::date - (:days::integer - 1), (now() at time zone 'utc')::date, interval '1 day') day
   ), counted as (
     select day, sum(actions)::bigint as calls, sum(users)::bigint as users, sum(actions - successes)::bigint as errors, round(sum(credits))::bigint as credits
       from app_action_total where app_id = :app_id and day >= (select min(day) from day) group by day
   ), latency as (
     select day, bucket, sum(calls) over (partition by day order by bucket) as upto, sum(calls) over (partition by day) as total
       from app_latency where app_id = :app_id and day >= (select min(day) from day)
   ), percentiles as (
     select day, ${percentile(0.5)} as p50_ms, ${percentile(0.95)} as p95_ms from latency group by day
   )
   select day::text, coalesce(calls, 0) as calls, coalesce(users, 0) as users, coalesce(errors, 0) as errors, p50_ms, p95_ms, coalesce(credits, 0) as credits
     from day left join counted using (day) left join percentiles using (day) order by day`,
  DayOfApp,
);

/** What the developer of an app sees of its calls, over all tenants. */
@Injectable()
export class AppFigures {
  constructor(private readonly db: Database) {}

  /** Every day of the period, oldest first. */
  list(app_id: string, days: number): Promise<DayOfApp[]> {
    return this.db.acrossTenants(() => this.db.rows(LIST, { app_id, days }));
  }
}
