import { openLog } from '@skep/platform';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { HealthRepository } from '../src/health/health.repository.js';
import { checkQuery } from '../src/question/check-query.js';
import { Reader, readerUrl } from '../src/question/reader.js';
import { ada, ben, daysAgo, dayOf, type HealthWorld, openHealth } from './health-world.js';

let world: HealthWorld;
let reader: Reader;
/** A connection as the role of the reader, without our code in between. */
let role: pg.Client;
const keys: Record<string, string> = {};

const COUNT = 'select count(*) as n from my_activities';

beforeAll(async () => {
  world = await openHealth();
  const strava = (base: number) => () => ({
    body: [1, 2, 3].map((n) => ({
      id: base + n,
      sport_type: 'Run',
      name: 'x',
      moving_time: 1800,
      distance: 5000 * n,
      start_date: daysAgo(n).toISOString(),
    })),
  });
  for (const [who, base] of [
    [ada, 100],
    [ben, 200],
  ] as const) {
    world.vendors.usual = strava(base);
    await world.connect(who, 'strava');
    await waitUntil(
      'the activities',
      async () => (await world.query('select 1 from activity where user_id = $1', [who.user])).length === 3,
    );
  }
  for (const { user_id, key } of await world.query('select user_id, key::text as key from mirror')) keys[String(user_id)] = String(key);
  const health = { keyOf: ({ user }: { user: string }) => Promise.resolve(keys[user]!) } as unknown as HealthRepository;
  reader = new Reader({ DATABASE_URL: world.env['DATABASE_URL'] } as never, health, openLog('test', 'silent'));
  role = new pg.Client({ connectionString: readerUrl(world.env['DATABASE_URL']!) });
  await role.connect();
  // The first connection takes its time on a busy machine.
  await waitUntil('a connection', () => reader.read(ada, COUNT, 'UTC').catch(() => undefined), 30_000);
});
afterAll(async () => {
  await role?.end();
  await reader?.onModuleDestroy();
  await world?.close();
});

const read = async (sql: string, who = ada, zone = 'UTC') => (await reader.read(who, sql, zone)).rows;
const refusal = (sql: string) =>
  reader.read(ada, sql, 'UTC').then(
    () => 'it ran',
    (error: Error) => error.message,
  );

describe('a query', () => {
  it('gets the rows of its person', async () => {
    expect(await read('select sum(distance_m) / 1000 as km, max(day)::text as last from my_activities')).toEqual([
      { km: 30, last: dayOf(daysAgo(1)) },
    ]);
    expect(await read(`${COUNT} where provider = 'strava'`, ben)).toEqual([{ n: 3 }]);
    expect(
      (
        await reader.read(
          ada,
          `with w as (select date_trunc('week', day)::date as week, distance_m from my_activities)
      select week, round((sum(distance_m) / 1000)::numeric, 1) as km from w group by 1 order by 1`,
          'UTC',
        )
      ).columns,
    ).toEqual([
      { name: 'week', kind: 'time' },
      { name: 'km', kind: 'number' },
    ]);
    expect(await read('select (select count(*) from my_sleep) as nights, (select count(*) from my_days) as days')).toEqual([
      { nights: 0, days: 0 },
    ]);
  });

  it('knows the day of its person', async () => {
    const today = (zone: string) => read('select current_date::text as today from my_activities limit 1', ada, zone);
    expect(await today('Pacific/Kiritimati')).not.toEqual(await today('Pacific/Pago_Pago'));
  });

  it('returns at most 200 rows, and no more text than a model reads', async () => {
    const many = await reader.read(
      ada,
      'select a.id from my_activities a, my_activities b, my_activities c, my_activities d, my_activities e',
      'UTC',
    );
    expect([many.rows.length, many.isCut]).toEqual([200, true]);
  });
});

describe('what a query may not do', () => {
  it.each([
    ['write', 'delete from my_activities'],
    ['write in a WITH', 'with gone as (delete from my_activities returning id) select * from gone'],
    ['make a table', 'select * into mine from my_activities'],
    ['lock', 'select * from my_activities for update'],
    ['be two', 'select 1 from my_activities; select 2 from my_activities'],
    ['hide a second one', 'select 1 from my_activities; --\nset role postgres'],
    ['change the role', "select set_config('role', 'none', true) from my_activities"],
    ['set the role', 'set role none'],
    ['name another person', "select set_config('skep.mirror', '00000000-0000-4000-8000-000000000000', true), count(*) from my_activities"],
    ['read settings', "select current_setting('skep.mirror') from my_activities"],
    ['read a table', 'select * from activity'],
    ['read people', 'select * from my_activities, person'],
    ['read a table by its schema', 'select * from public.activity'],
    [
      'read a table outside of the scope of a name',
      'select (select count(*) from person) from (with person as (select 1 from my_days) select * from person) q',
    ],
    ['read a table in the query that has its name', 'with person as (select * from person) select * from person, my_days'],
    ['read the catalogue', 'select * from pg_class, my_days'],
    ['read the catalogue by a name', 'with pg_class as (select * from pg_class) select * from pg_class, my_days'],
    ['read the information schema', 'select * from information_schema.tables'],
    ['read the catalogue by a cast', "select 'activity'::regclass::text from my_activities"],
    ['wait', 'select pg_sleep(10) from my_activities'],
    ['wait in a condition', 'select 1 from my_activities where pg_sleep(1) is null'],
    ['read a file', "select pg_read_file('/etc/passwd') from my_activities"],
    ['copy', "copy (select 1) to program 'true'"],
    ['explain', 'explain select * from my_activities'],
    ['run code', "do 'begin end'"],
    ['call a function as a table', 'select * from generate_series(1, 1000000000)'],
    ['run SQL in text', "select query_to_xml('select 1', true, true, '') from my_activities"],
    ['reach out', "select dblink('x', 'y') from my_activities"],
    ['say who it is', 'select current_user from my_activities'],
    ['use an operator by its schema', 'select 1 operator(pg_catalog.+) 1 from my_activities'],
    ['recurse', 'with recursive r as (select 1 as n from my_days union all select n + 1 from r) select n from r, my_days'],
    ['read nothing', 'select 1 as n'],
    ['be no SQL', 'How far did I run?'],
    ['be very long', `select 1 from my_activities where name = '${'x'.repeat(4_000)}'`],
  ])('%s', async (_, sql) => {
    await expect(checkQuery(sql)).rejects.toThrow();
    expect(await refusal(sql)).not.toBe('it ran');
  });

  it('take longer than two seconds', async () => {
    const views = Array.from({ length: 25 }, (_, n) => `my_activities v${n}`).join(', ');
    expect(await refusal(`select count(*) from ${views}`)).toMatch(/statement timeout/);
    expect(await read(COUNT)).toEqual([{ n: 3 }]);
  });
});

describe('the role of queries, whatever the query is', () => {
  const asRole = (sql: string, values: unknown[] = []) =>
    role.query(sql, values).then(
      ({ rows }) => rows as unknown[],
      (error: Error) => error.message,
    );

  it('sees no rows without a key, and none with a key that is not one', async () => {
    expect(await asRole(COUNT)).toEqual([{ n: 0 }]);
    await role.query('begin');
    await role.query("select set_config('skep.tenant', '*', true), set_config('skep.mirror', $1, true)", [crypto.randomUUID()]);
    expect(await asRole(COUNT)).toEqual([{ n: 0 }]);
    await role.query('rollback');
  });

  it('sees no rows of another tenant, also with the key', async () => {
    const seen = async (tenant: string) => {
      await role.query('begin');
      await role.query("select set_config('skep.tenant', $1, true), set_config('skep.mirror', $2, true)", [tenant, keys[ada.user]]);
      const rows = await asRole(COUNT);
      await role.query('rollback');
      return rows;
    };
    expect(await seen('default')).toEqual([{ n: 3 }]);
    expect(await seen('other')).toEqual([{ n: 0 }]);
  });

  it('may read no table, write nothing, and become no one', async () => {
    for (const table of ['activity', 'sleep', 'daily_figure', 'mirror', 'question', 'person', 'profile', 'outbox', 'migration'])
      expect(await asRole(`select * from ${table}`)).toMatch(/permission denied/);
    for (const sql of [
      'delete from my_activities',
      "update my_activities set name = ''",
      'create table mine (n int)',
      'insert into my_days (day) values (now())',
    ])
      expect(await asRole(sql)).toMatch(/permission denied|cannot (delete|update|insert)/);
    const { username } = new URL(world.env['DATABASE_URL']!);
    for (const other of [username, `${username}_owner`, 'postgres'])
      expect(await asRole(`set role "${other}"`)).toMatch(/permission denied|does not exist/);
  });

  it('cannot be fooled by a condition that would show the rows it passes over', async () => {
    await role.query('begin');
    await role.query("select set_config('skep.tenant', 'default', true), set_config('skep.mirror', $1, true)", [keys[ada.user]]);
    const plan = (await role.query<{ 'QUERY PLAN': string }>("explain select 1 from my_activities where name ~ 'x'")).rows
      .map((row) => row['QUERY PLAN'])
      .join('\n');
    await role.query('rollback');
    expect(plan).toMatch(/Subquery Scan on my_activities/);
  });
});

it('says what is missing if the role is', async () => {
  const url = new URL(world.env['DATABASE_URL']!);
  url.username = 'nobody_at_all';
  const lost = new Reader(
    { DATABASE_URL: url.href } as never,
    { keyOf: () => Promise.resolve(keys[ada.user]!) } as never,
    openLog('test', 'silent'),
  );
  expect(await codeOf(lost.read(ada, COUNT, 'UTC'))).toBe('not_configured');
  await lost.onModuleDestroy();
});
