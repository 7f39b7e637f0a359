import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** What a chart of a board may show, by week. */
export const MEASURES = ['distance_km', 'hours', 'activities'] as const;
export type Measure = (typeof MEASURES)[number];

const OF = 'tenant_id = :tenant and user_id = :user';
const WEEKS = statement(
  `select date_trunc('week', day)::date::text as week, round((sum(coalesce(distance_m, 0)) / 1000)::numeric, 1)::float8 as distance_km,
          round(sum(duration_s) / 3600.0, 1)::float8 as hours, count(*)::int4 as activities
     from activity where ${OF} and duplicate_of is null and started_at > :day::date - interval '8 weeks' and day <= :day::date
    group by 1 order by 1`,
  { week: 'text', distance_km: 'float8', hours: 'float8', activities: 'int4' },
);
const ACTIVITIES = statement(
  `select name, sport, day::text as day, duration_s, distance_m, ascent_m, average_heart_rate_bpm
     from activity where ${OF} and duplicate_of is null order by started_at desc, id desc limit 12`,
  {
    ...{ name: 'text', sport: 'text', day: 'text', duration_s: 'int4' },
    ...{ distance_m: 'float8?', ascent_m: 'float8?', average_heart_rate_bpm: 'float8?' },
  },
);
const DAYS = statement(
  `select day::text as day, max(resting_heart_rate_bpm) as resting_heart_rate_bpm, max(hrv_rmssd_ms) as hrv_rmssd_ms,
          max(recovery_percent) as recovery_percent
     from daily_figure where ${OF} and day > :day::date - 7 and day <= :day::date group by day order by day`,
  { day: 'text', resting_heart_rate_bpm: 'float8?', hrv_rmssd_ms: 'float8?', recovery_percent: 'float8?' },
);

/** How a person has trained lately: of the week of a day and those before. */
@Injectable()
export class TrainingRepository {
  constructor(private readonly db: Database) {}

  async read({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, day: string) {
    const of = { tenant, user, day };
    const [weeks, activities, days] = await Promise.all([this.db.rows(WEEKS, of), this.db.rows(ACTIVITIES, of), this.db.rows(DAYS, of)]);
    return { weeks, activities, days };
  }
}

/** A week of a person. */
export type Week = NonNullable<(typeof WEEKS)['row']>;
