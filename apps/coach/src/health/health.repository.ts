import { Activity } from '@skep/contracts/coach';
import { type Ctx, Database, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type Comparable, findDuplicates, REACH_MS } from './duplicates.js';
import type { Records } from './record.js';

type Owner = Pick<Ctx, 'tenant' | 'user'>;

/** How a provider said it: in answer to us, or by itself. And when. */
export interface Provenance {
  provider: string;
  origin: 'backfill' | 'message';
  seen_at: Date;
}

const MINE = 'tenant_id = :tenant and user_id = :user';
const ADD_MIRROR = statement(
  'insert into mirror (tenant_id, user_id, key) values (:tenant, :user, gen_random_uuid()) on conflict do nothing',
);
const LOCK = statement(`select key::text as key from mirror where ${MINE} for update`, { key: 'text' });

const ACTIVITY = `sport, vendor_sport, name, started_at, day, duration_s, elapsed_s, distance_m, ascent_m, average_speed_m_s,
  average_heart_rate_bpm, max_heart_rate_bpm, average_power_w, average_cadence_rpm, energy_kcal`;
const SLEEP = 'day, started_at, ended_at, is_nap, asleep_s, deep_s, rem_s, light_s, awake_s, efficiency_percent';
const DAY = 'resting_heart_rate_bpm, hrv_rmssd_ms, recovery_percent, steps, energy_kcal, weight_kg';
const columns = (list: string) => list.split(',').map((name) => name.trim());
const replace = (list: string) =>
  columns(`${list}, origin, seen_at`)
    .map((name) => `${name} = excluded.${name}`)
    .join(', ');

/** What the vendor said later counts, in whatever order it arrives. */
const ADD_ACTIVITIES = statement(
  `insert into activity (tenant_id, user_id, provider, origin, seen_at, id, vendor_id, ${ACTIVITY})
   select :tenant, :user, :provider, :origin, :seen_at, id, vendor_id, ${ACTIVITY} from jsonb_populate_recordset(null::activity, :rows::jsonb)
   on conflict (tenant_id, user_id, provider, vendor_id) do update set ${replace(ACTIVITY)} where excluded.seen_at >= activity.seen_at`,
);
const ADD_SLEEPS = statement(
  `insert into sleep (tenant_id, user_id, provider, origin, seen_at, vendor_id, ${SLEEP})
   select :tenant, :user, :provider, :origin, :seen_at, vendor_id, ${SLEEP} from jsonb_populate_recordset(null::sleep, :rows::jsonb)
   on conflict (tenant_id, user_id, provider, vendor_id) do update set ${replace(SLEEP)} where excluded.seen_at >= sleep.seen_at`,
);
/** A figure that is known is replaced by a later one, and not by none. */
const ADD_DAYS = statement(
  `insert into daily_figure (tenant_id, user_id, provider, origin, seen_at, day, ${DAY})
   select :tenant, :user, :provider, :origin, :seen_at, day, ${DAY} from jsonb_populate_recordset(null::daily_figure, :rows::jsonb)
   on conflict (tenant_id, user_id, provider, day) do update set origin = excluded.origin, seen_at = greatest(excluded.seen_at, daily_figure.seen_at),
     ${columns(DAY)
       .map(
         (name) =>
           `${name} = case when excluded.seen_at >= daily_figure.seen_at then coalesce(excluded.${name}, daily_figure.${name}) else coalesce(daily_figure.${name}, excluded.${name}) end`,
       )
       .join(', ')}`,
);
const REMOVE = statement(`delete from activity where ${MINE} and provider = :provider and vendor_id = any(:ids::text[])`);
const STARTS = statement(`select started_at from activity where ${MINE} and provider = :provider and vendor_id = any(:ids::text[])`, {
  started_at: 'timestamptz',
});
const COMPARED = statement(
  `select id, provider, started_at, duration_s, elapsed_s, distance_m, duplicate_of from activity
    where ${MINE} and started_at between :from::timestamptz and :to::timestamptz`,
  {
    id: 'text',
    provider: 'text',
    started_at: 'timestamptz',
    duration_s: 'int4',
    elapsed_s: 'int4?',
    distance_m: 'float8?',
    duplicate_of: 'text?',
  },
);
const MARK = statement(
  `update activity a set duplicate_of = m.duplicate_of from jsonb_to_recordset(:marks::jsonb) as m (id text, duplicate_of text)
    where a.tenant_id = :tenant and a.user_id = :user and a.id = m.id`,
);
/** An activity as its person sees it. Days are text; below 100 m a pace says nothing. */
export const ACTIVITY_COLUMNS = `id, provider, vendor_id, ${ACTIVITY.replace(' day,', ' day::text as day,')}, duplicate_of,
  case when distance_m >= 100 then round((duration_s / (distance_m / 1000))::numeric, 1)::float8 end as pace_s_per_km`;
const FIND = statement(
  `select ${ACTIVITY_COLUMNS} from activity where ${MINE} and (id = :id or vendor_id = :id or (provider = split_part(:id, ':', 1) and vendor_id = substr(:id, strpos(:id, ':') + 1)))
    order by id = :id desc, duplicate_of is not null, id limit 1`,
  Activity,
);

/** What providers know of the training and health of people. */
@Injectable()
export class HealthRepository {
  constructor(private readonly db: Database) {}

  /** Stores what a provider said, each thing once however often it is said. */
  async add(owner: Owner, { provider, origin, seen_at }: Provenance, { activities, sleeps, days, deleted = [] }: Records): Promise<void> {
    if (![activities, sleeps, days, deleted].some(({ length }) => length)) return;
    const of = { ...owner, provider, origin, seen_at };
    await this.db.transaction(async () => {
      await this.lock(owner);
      const rows = lastOf(activities, ({ vendor_id }) => vendor_id);
      const ids = [...rows.map(({ vendor_id }) => vendor_id), ...deleted];
      const moved = ids.length ? await this.db.rows(STARTS, { ...of, ids }) : [];
      if (deleted.length) await this.db.rows(REMOVE, { ...of, ids: deleted });
      const withIds = rows.map((row) => ({ ...row, id: `act_${randomBytes(12).toString('base64url')}` }));
      if (rows.length) await this.db.rows(ADD_ACTIVITIES, { ...of, rows: JSON.stringify(withIds) });
      if (sleeps.length) await this.db.rows(ADD_SLEEPS, { ...of, rows: JSON.stringify(lastOf(sleeps, ({ vendor_id }) => vendor_id)) });
      if (days.length) await this.db.rows(ADD_DAYS, { ...of, rows: JSON.stringify(merged(days)) });
      const starts = [...moved, ...rows].map(({ started_at }) => started_at.getTime());
      if (starts.length) await this.markDuplicates(owner, starts);
    });
  }

  /** By our id, that of the vendor, or `<provider>:<id>`. */
  find(owner: Owner, id: string): Promise<Activity | undefined> {
    return this.db.row(FIND, { ...owner, id });
  }

  /** The key of the person's mirror. */
  async keyOf(owner: Owner): Promise<string> {
    return this.db.transaction(() => this.lock(owner));
  }

  private async lock({ tenant, user }: Owner): Promise<string> {
    await this.db.rows(ADD_MIRROR, { tenant, user });
    return (await this.db.row(LOCK, { tenant, user }))!.key;
  }

  /** Rows further than `REACH_MS` from those that have changed keep their mark; twice as far they are read, to be compared with. */
  private async markDuplicates(owner: Owner, starts: readonly number[]): Promise<void> {
    const [first, last] = [starts.reduce((a, b) => Math.min(a, b)), starts.reduce((a, b) => Math.max(a, b))];
    const at = (reach: number) => ({ from: new Date(first - reach * REACH_MS), to: new Date(last + reach * REACH_MS) });
    const rows = await this.db.rows(COMPARED, { ...owner, ...at(8) });
    const found = findDuplicates(rows as Comparable[]);
    const { from, to } = at(4);
    const marks = rows
      .filter((row) => row.started_at >= from && row.started_at <= to && (found.get(row.id) ?? null) !== row.duplicate_of)
      .map(({ id }) => ({ id, duplicate_of: found.get(id) ?? null }));
    if (marks.length) await this.db.rows(MARK, { ...owner, marks: JSON.stringify(marks) });
  }
}

/** The last of those with one key, in the order of the keys, so that two writers lock rows in one order. */
function lastOf<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [keyOf(row), row])).entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
}

/** One row a day, of all that is said of it. */
function merged<T extends { day: string }>(days: readonly T[]): T[] {
  const known = (row: T) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as T;
  const byDay = new Map<string, T>();
  for (const row of days) byDay.set(row.day, { ...byDay.get(row.day), ...known(row) });
  return lastOf([...byDay.values()], ({ day }) => day);
}
