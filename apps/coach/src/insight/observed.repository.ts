import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Observed } from './findings.js';

const OF =
  'tenant_id = :tenant and user_id = :user and provider = :provider and day > :today::date - :days::integer and day <= :today::date + 1';
const ACTIVITIES = statement(
  `select sport, day::text as day, duration_s, distance_m from activity where ${OF} order by day, started_at, id limit 5000`,
  { sport: 'text', day: 'text', duration_s: 'int4', distance_m: 'float8?' },
);
/** A night is the longest sleep of its day. */
const NIGHTS = statement(
  `select day::text as day, max(asleep_s) as asleep_s from sleep where ${OF} and not is_nap and asleep_s > 0 group by day order by day`,
  { day: 'text', asleep_s: 'int4' },
);
const DAYS = statement(
  `select day::text as day, resting_heart_rate_bpm from daily_figure where ${OF} and resting_heart_rate_bpm is not null order by day`,
  { day: 'text', resting_heart_rate_bpm: 'float8' },
);

/** What one provider knows of a person. */
@Injectable()
export class ObservedRepository {
  constructor(private readonly db: Database) {}

  async read({ tenant, user }: Pick<Ctx, 'tenant' | 'user'>, provider: string, today: string, days: number): Promise<Observed> {
    const of = { tenant, user, provider, today, days };
    const [activities, nights, hearts] = await Promise.all([
      this.db.rows(ACTIVITIES, of),
      this.db.rows(NIGHTS, of),
      this.db.rows(DAYS, of),
    ]);
    return { activities, nights, days: hearts };
  }
}
