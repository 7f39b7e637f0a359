import type { Page } from '@skep/contracts';
import { type AppAccess, registry } from '@skep/contracts/registry';
import { type Database, tablesOf } from '@skep/platform';
import { asService, asUser, openTestDatabase, type Plan, plansOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CallableAppChanges } from '../src/app/callable-app-changes.js';
import { CatalogRepository } from '../src/catalog/catalog.repository.js';
import { ExtensionRepository } from '../src/extension/extension.repository.js';
import { ListAccess } from '../src/extension/list-access.js';
import { service } from '../src/main.js';
import { openRegistry, type RegistryHarness } from './registry.js';

const APPS = 20_000;
const INSTALLED = 11_000;
/** Users of the tenant who have the app `popular`. */
const USERS = 21_000;
const TENANT = 'imp_t_large';
/** The rows that a page may read per row that it returns. */
const READ_PER_ROW = 20;
const busy = asUser('busy', { tenant: TENANT });

let harness: RegistryHarness;
let db: Database;
let extensions: ExtensionRepository;
let catalog: CatalogRepository;
let access: ListAccess;

/** Each app has 20 approved releases, of which the newest needs a permission that no one consented to. Half are installed by one person. */
const FILL = `
  insert into app (app_id, tenant_id, developer_id, latest_revision, live_revision, approved_at)
  select 'app-' || n, case when n % 100 = 0 then '${TENANT}' else 'default' end, 'imp_u_dev', 20, 20, now() from generate_series(1, ${APPS}) n;
  insert into app (app_id, tenant_id, developer_id, latest_revision, live_revision, approved_at) values ('popular', 'default', 'imp_u_dev', 20, 20, now());
  insert into release (app_id, revision, version, name, description, icon, manifest, functions, panels, permissions)
  select app_id, revision, '1.0.' || revision, 'Name ' || length(app_id) || md5(app_id), '', '', '{}', '[]', '[]',
         case when revision = 20 then '{store:read,store:write}' else '{store:read}'::text[] end
    from app, generate_series(1, 20) revision where app_id in ('popular', 'app-1', 'app-2') or revision >= 17;
  insert into approval (app_id, revision, approved_at)
  select app_id, revision, now() - make_interval(days => 20 - revision) from app, generate_series(1, 20) revision where revision >= 10;
  insert into install (tenant_id, user_id, app_id, revision, permissions, name)
  select '${TENANT}', 'imp_u_busy', app_id, 17, '{store:read}', name from release where revision = 17 and app_id <> 'popular' order by app_id limit ${INSTALLED};
  insert into install (tenant_id, user_id, app_id, revision, permissions, name)
  select '${TENANT}', 'imp_u_' || n, 'popular', 17, '{store:read}', 'Popular' from generate_series(1, ${USERS}) n;
  insert into catalog_tool (app_id, name, app_name, description, params_schema, permissions, listed, document)
  select app_id, name, 'App', 'Tool', '{}', '{}', app_id not like '%7', to_tsvector('english', name || ' ' || app_id)
    from app, (values ('first'), ('second')) tool (name);
  insert into disabled_extension (tenant_id, user_id, app_id) select tenant_id, user_id, app_id from install where app_id = 'popular' and user_id like '%7';
  analyze`;

beforeAll(async () => {
  harness = await openRegistry();
  await harness.query(FILL);
  db = await openTestDatabase(await tablesOf(service), harness.env);
  extensions = new ExtensionRepository(db, new CallableAppChanges(db, harness.bus));
  access = new ListAccess(db);
  catalog = new CatalogRepository(db);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

const assertBounded = (plans: Plan[], readPerRow = READ_PER_ROW) => {
  for (const plan of plans) expect({ ...plan, isBounded: plan.rowsRead <= readPerRow * plan.rows }).toEqual({ ...plan, isBounded: true });
};
const pagesOf = (plans: Plan[]) => plans.filter(({ sql }) => sql.includes('cursor_0'));

it('a page of an app’s users reads few more rows than it returns, also after a cursor', async () => {
  let page: Page<object> | undefined;
  const first = pagesOf(await plansOf(db, async () => (page = await extensions.listUsers(busy, 'popular', undefined))));
  const next = pagesOf(await plansOf(db, () => extensions.listUsers(busy, 'popular', page!.cursorAt!(page!.rows.length - 1))));
  expect(page!.rows).toHaveLength(1_000);
  assertBounded([...first, ...next]);
});

describe('a page of a person’s extensions', () => {
  it('reads few more rows than it returns, also after a cursor, although most releases are beyond the consent', async () => {
    let page: Page<object> | undefined;
    const first = pagesOf(await plansOf(db, async () => (page = await extensions.listInstalled(busy, undefined))));
    const next = pagesOf(await plansOf(db, () => extensions.listInstalled(busy, page!.cursorAt!(page!.rows.length - 1))));
    expect([page!.rows.length, page!.total_capped]).toEqual([1_000, true]);
    expect(page!.rows[0]).toMatchObject({ version: '1.0.19', consent_needed: true });
    assertBounded([...first, ...next]);
  });

  it('and the next ones contain each once, by name', async () => {
    const names: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await extensions.listInstalled(busy, cursor);
      names.push(...page.rows.map(({ name }) => name));
      cursor = page.has_more ? page.cursorAt!(page.rows.length - 1) : undefined;
    } while (cursor);
    expect(names).toHaveLength(INSTALLED);
    expect(names).toEqual([...new Set(names)].sort());
  });

  it('or one extension, reads the release that runs', async () => {
    assertBounded(await plansOf(db, () => extensions.find(busy, 'app-1')));
  });
});

describe('a page of the catalogue', () => {
  it('reads few more rows than it returns, also after a cursor', async () => {
    let page: Page<object> | undefined;
    for (const read of [
      (cursor?: string) => catalog.listListed({ limit: 200, cursor }),
      (cursor?: string) => catalog.listInstalled(busy, { limit: 200, cursor }),
    ]) {
      const first = pagesOf(await plansOf(db, async () => (page = await read())));
      const [last] = page!.rows.slice(-1);
      const next = pagesOf(await plansOf(db, async () => (page = await read(page!.cursorAt!(page!.rows.length - 1)))));
      expect(page!.rows).toHaveLength(200);
      expect(page!.rows).not.toContainEqual(last);
      assertBounded([...first, ...next]);
    }
  });

  it('and a search read a bounded number of tools, however many match', async () => {
    const searches = await plansOf(db, async () => {
      expect(await catalog.findListed('first')).toHaveLength(100);
      expect(await catalog.findInstalled(busy, 'first')).toHaveLength(100);
    });
    assertBounded(searches.filter(({ sql }) => sql.includes('ts_rank')));
  });
});

describe('a page of who may use which app', () => {
  it('reads as many rows as it names users, also in the middle of an app', async () => {
    let page: Page<AppAccess> | undefined;
    let cursor: string | undefined;
    const parts: string[] = [];
    do {
      assertBounded(pagesOf(await plansOf(db, async () => (page = await access.run(TENANT, cursor)))), 1.5);
      parts.push(page!.rows.at(-1)!.app_id);
      cursor = page!.has_more ? page!.cursorAt!(page!.rows.length - 1) : undefined;
    } while (cursor);
    expect(parts.filter((app_id) => app_id === 'popular').length).toBeGreaterThan(1);
  });

  it('names each user of each app once, an app of many users in several rows', async () => {
    const { rows } = await harness.call(registry.listAccess, asService('kernel'), { tenant_id: TENANT });
    const popular = rows.filter(({ app_id }) => app_id === 'popular');
    const [users, disabled] = [popular.flatMap(({ user_ids }) => user_ids!), popular.flatMap((row) => row.disabled_user_ids)];
    expect([popular.length > 1, users.length, new Set(users).size]).toEqual([true, USERS, USERS]);
    expect([disabled.length, new Set(disabled).size]).toEqual([USERS / 10, USERS / 10]);
    for (const { user_ids } of popular) expect(user_ids!.length).toBeLessThanOrEqual(10_000);
    const others = rows.filter(({ user_ids, app_id }) => user_ids && app_id !== 'popular');
    expect(new Set(others.map(({ app_id }) => app_id)).size).toBe(others.length);
    expect(others.filter(({ user_ids }) => user_ids!.includes('imp_u_busy'))).toHaveLength(INSTALLED);
    expect(others.filter(({ user_ids }) => user_ids!.includes('imp_u_dev'))).toHaveLength(APPS / 100);
  });
});
