import { type Database, tablesOf } from '@skep/platform';
import { asUser, openTestDatabase, plansOf, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ActionRepository } from '../src/actions/action.repository.js';
import { AppFigures } from '../src/actions/app-figures.js';
import { CollectionPages } from '../src/store/collection-pages.js';
import { CollectionRepository } from '../src/store/collection.repository.js';
import { NO_CONDITIONS } from '../src/store/where.js';
import { service, start } from '../src/main.js';

const ACTIONS = 30_000;
const SEARCHED = 10_000;
const LIMIT = 20;
const ctx = asUser('busy');
const LIST = { page: 1, per_page: LIMIT };

let harness: ServiceHarness;
let db: Database;
let actions: ActionRepository;

/** Half of them are of one person. */
const FILL = `
  insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, message_preview)
  select 'act_' || lpad(to_hex(n), 12, '0'), 't' || n, case when n % 2 = 0 then 'imp_u_busy' else 'u' || n end, 'default', 'call', 'app-' || n % 3, 'f', 'read',
         'success', 'message ' || n
    from generate_series(1, ${ACTIONS}) n;
  insert into document (id, tenant_id, user_id, app_id, collection, data, bytes)
  select 'doc_' || lpad(to_hex(n), 12, '0'), 'default', case when n % 2 = 0 then 'busy' else 'u' || n % 100 end, 'app', 'note', jsonb_build_object('n', n), 20
    from generate_series(1, ${ACTIONS}) n;
  analyze`;

beforeAll(async () => {
  harness = await startService('kernel', start);
  await harness.query(FILL);
  db = await openTestDatabase(await tablesOf(service), harness.env);
  actions = new ActionRepository(db);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});
const inTenant = <T>(work: () => Promise<T>) => db.inTenant(ctx.tenant, work);

it('a page of actions reads few more rows than it returns, also after a cursor and by app', async () => {
  const { next_cursor } = await inTenant(() => actions.list(ctx, LIST));
  const plans = await inTenant(() =>
    plansOf(db, async () => {
      await actions.list(ctx, LIST);
      await actions.list(ctx, { ...LIST, cursor: next_cursor! });
      await actions.list(ctx, { ...LIST, app_id: 'app-1', cursor: next_cursor! });
    }),
  );
  const pages = plans.filter(({ sql }) => sql.includes('cursor_0'));
  expect(pages).toHaveLength(3);
  for (const { sql, rowsRead } of pages) expect({ sql, isBounded: rowsRead <= 20 * LIMIT }).toEqual({ sql, isBounded: true });
});

it('the actions of a request are read by its trace', async () => {
  const plans = await inTenant(() => plansOf(db, () => actions.listOfTrace(ctx, 't1000')));
  expect(plans.map(({ rows }) => rows)).toEqual([1]);
  for (const { rowsRead } of plans) expect(rowsRead).toBeLessThanOrEqual(20);
});

it('a search looks through the newest 10,000 actions of the caller', async () => {
  const plans = await inTenant(() => plansOf(db, () => actions.list(ctx, { ...LIST, search: 'message 1 ' })));
  for (const { rowsRead } of plans) expect(rowsRead).toBeLessThanOrEqual(2 * SEARCHED + 100);
  const { actions: old } = await inTenant(() => actions.list(ctx, { ...LIST, search: 'message 10000' }));
  const { actions: recent } = await inTenant(() => actions.list(ctx, { ...LIST, search: 'message 29998' }));
  expect([old.length, recent.length]).toEqual([0, 1]);
});

it('statistics read counters, not actions', async () => {
  await waitUntil('counted', async () => (await harness.query('select 1 from uncounted_action limit 1')).length === 0, 20_000);
  await harness.query('vacuum analyze');
  const plans = await inTenant(() =>
    plansOf(db, async () => {
      await actions.getStats(ctx);
      await actions.getAppStats('app-1');
      await new AppFigures(db).list('app-1', 7);
    }),
  );
  expect(plans.map(({ rowsRead }) => rowsRead < 100)).toEqual([true, true, true]);
});

it('a walk by cursors finds each action once', async () => {
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = await inTenant(() => actions.list(ctx, { page: 1, per_page: 4_000, cursor }));
    for (const { id } of page.actions) seen.add(id);
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  expect(seen.size).toBe(ACTIONS / 2);
});

it('a page of documents or of their users reads few more rows than it returns, also after a cursor', async () => {
  const pages = new CollectionPages(db);
  const collections = new CollectionRepository(db);
  const collection = { tenant_id: 'default', app_id: 'app', collection: 'note' };
  const everything = { conditions: NO_CONDITIONS };
  const plans = await inTenant(() =>
    plansOf(db, async () => {
      const newest = await pages.query({ ...collection, user_id: 'busy' }, everything, { limit: LIMIT });
      await pages.query({ ...collection, user_id: 'busy' }, everything, { limit: LIMIT, cursor: newest.cursorAt!(0) });
      await collections.listUsers(collection, 'u', LIMIT);
      const all = await pages.listAll(collection, { limit: LIMIT });
      await pages.listAll(collection, { limit: LIMIT, cursor: all.cursorAt!(0) });
    }),
  );
  const lists = plans.filter(({ sql }) => !sql.includes('counted'));
  expect(lists).toHaveLength(5);
  for (const { sql, rowsRead } of lists) expect({ sql, rowsRead, isBounded: rowsRead <= 20 * LIMIT }).toMatchObject({ isBounded: true });
});
