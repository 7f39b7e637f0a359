import { type Database, tablesOf } from '@skep/platform';
import type { Page } from '@skep/contracts';
import { openTestDatabase, type Plan, plansOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { service } from '../src/main.js';
import { UserEventRepository } from '../src/plan/user-event.repository.js';
import { RaceRepository } from '../src/race/race.repository.js';
import { RaceSearch } from '../src/race/race-search.js';
import { ada, type Coach, openCoach } from './coach.js';

const RACES = 40_000;
const PLANS = 5_000;
/** The rows that a page may read per row that it returns. */
const READ_PER_ROW = 20;

let world: Coach;
let db: Database;
let search: RaceSearch;
let plans: UserEventRepository;

/** Half of the races are of another tenant. A person has planned many, and dropped more. */
const FILL = `
  insert into race (id, tenant_id, name, sport, country, lat, lon, starts_on, language, description, distances, source_hash)
  select 'race_' || n, case when n % 2 = 0 then 'default' else 'imp_t_other' end, 'Race ' || n, case when n % 20 = 0 then 'swim' else 'run' end,
         case when n % 40 = 0 then 'NO' else 'ES' end, -60 + (n % 1200) / 10.0, -180 + (n % 3600) / 10.0,
         date '2031-01-01' + (n % 300)::int, 'en', case when n % 4 = 0 then 'common rare' || n else 'common' end,
         '[{"id":"long","distance_m":42195}]', 'x' from generate_series(1, ${RACES}) n;
  insert into user_event (id, tenant_id, user_id, race_id, status, created_at)
  select 'uev_' || n, 'default', 'imp_u_ada', 'race_' || n * 2, (array['planned', 'done', 'dropped'])[1 + n % 3], now() - make_interval(mins => n::int)
    from generate_series(1, ${PLANS}) n;
  analyze`;

beforeAll(async () => {
  world = await openCoach();
  await world.query(FILL);
  db = await openTestDatabase(await tablesOf(service), world.env);
  search = new RaceSearch(db);
  plans = new UserEventRepository(db, new RaceRepository(db));
});
afterAll(async () => {
  await db?.close();
  await world?.close();
});

const assertBounded = (found: Plan[], most = READ_PER_ROW) => {
  for (const plan of found)
    expect({ ...plan, isBounded: plan.rowsRead <= most * Math.max(1, plan.rows) }).toEqual({ ...plan, isBounded: true });
};
const pagesOf = (found: Plan[]) => found.filter(({ sql }) => sql.includes('cursor_0'));

describe('a page of races', () => {
  it.each([
    ['to come', {}],
    ['of a sport', { sport: 'swim' as const }],
    ['of a country', { country: 'NO' }],
    ['of some days', { from: '2031-06-01', to: '2031-07-01' }],
  ])('%s reads few more rows than it returns, also after a cursor', async (_, conditions) => {
    let page: Page<object> | undefined;
    const read = (cursor?: string) =>
      db.inTenant('default', async () => void (page = await search.find('default', { ...conditions, limit: 50, cursor })));
    assertBounded(pagesOf(await plansOf(db, () => read())));
    assertBounded(pagesOf(await plansOf(db, () => read(page!.cursorAt!(49)))));
    expect(page!.rows).toHaveLength(50);
  });

  it.each([
    ['a word that every race has', { q: 'common' }],
    ['a rare word', { q: 'rare4000' }],
    ['a misspelt word', { q: 'rce 4000' }],
    ['a place', { near: '10.0,10.0', radius_km: 300 }],
  ])('that a search finds by %s reads a bounded number of rows', async (_, conditions) => {
    const found = await plansOf(db, () => db.inTenant('default', () => search.find('default', { ...conditions, limit: 50 })));
    for (const { rowsRead, sql } of found) expect([sql, rowsRead <= 12_000]).toEqual([sql, true]);
  });
});

describe('a page of a person’s races', () => {
  it.each<[string, (paging: { limit: number; cursor?: string | undefined }) => Promise<Page<object>>]>([
    ['all', (paging) => plans.list(ada, undefined, paging)],
    ['planned', (paging) => plans.list(ada, 'planned', paging)],
    ['over', (paging) => plans.listOver(ada, paging)],
  ])('%s reads few more rows than it returns, also after a cursor', async (_, list) => {
    let page: Page<object> | undefined;
    const read = (cursor?: string) => db.inTenant('default', async () => void (page = await list({ limit: 50, cursor })));
    assertBounded(pagesOf(await plansOf(db, () => read())));
    assertBounded(pagesOf(await plansOf(db, () => read(page!.cursorAt!(49)))));
    expect(page!.rows).toHaveLength(50);
  });
});
