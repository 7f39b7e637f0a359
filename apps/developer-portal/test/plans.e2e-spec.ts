import type { Page } from '@skep/contracts';
import { type App, portal } from '@skep/contracts/portal';
import { type Database, tablesOf } from '@skep/platform';
import { asUser, openTestDatabase, type Plan, plansOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AllApps } from '../src/administration/all-apps.js';
import { AppRepository } from '../src/app/app.repository.js';
import { DeployRepository } from '../src/deploy/deploy.repository.js';
import { service } from '../src/main.js';
import type { Listing } from '../src/submission/listing.js';
import { SubmissionRepository } from '../src/submission/submission.repository.js';
import { administrator, openPortal, type PortalHarness } from './portal.js';

const APPS = 24_000;
const DEPLOYS = 24_000;
/** The rows that a page may read per row that it returns. */
const READ_PER_ROW = 20;
const busy = asUser('busy');

let harness: PortalHarness;
let db: Database;
let apps: AppRepository;
let deploys: DeployRepository;
let submissions: SubmissionRepository;

const LISTING = JSON.stringify({
  ...{ name: 'As submitted', short_description: '', description: '', category: '', icon: '', icon_svg: null, system: false },
  ...{ pricing_model: 'free', pricing_config: null, manifest_json: {}, permission_ids: [], hosts: [], tools_json: [] },
} satisfies Listing);

/** Half of the apps are of one person, half of the deploys of one app, and half of the submissions wait for a decision. */
const FILL = `
  insert into app (app_id, tenant_id, developer_id, name, revenue_split_dev, created_at, status)
  select 'app-' || n, 'default', case when n % 2 = 0 then 'imp_u_busy' else 'imp_u_' || n end, 'App ' || n, 70, now() - make_interval(secs => n / 3),
         case when n % 50 = 0 then 'deleted' else 'draft' end
    from generate_series(1, ${APPS}) n;
  insert into deploy (deploy_id, app_id, tenant_id, developer_id, status, created_at)
  select 'dep_' || n, case when n % 2 = 0 then 'app-2' else 'app-' || n end, 'default', 'imp_u_busy', 'failed', now() - make_interval(secs => n / 3)
    from generate_series(1, ${DEPLOYS}) n;
  insert into submission (submission_id, app_id, tenant_id, revision, version, listing, checks, submitted_by, submitted_at, decided_at)
  select 'sub_' || n, 'app-' || n, 'default', 1, '1.0.0', '${LISTING}', '[]', 'imp_u_busy',
         now() - make_interval(secs => n / 3), case when n % 2 = 0 then now() end
    from generate_series(1, ${APPS}) n;
  analyze`;

beforeAll(async () => {
  harness = await openPortal();
  await harness.query(FILL);
  db = await openTestDatabase(await tablesOf(service), harness.env);
  apps = new AppRepository(db);
  deploys = new DeployRepository(db, undefined as never);
  submissions = new SubmissionRepository(db);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

const pagesOf = (plans: Plan[]) => plans.filter(({ sql }) => sql.includes('cursor_0'));

type Read = (cursor: string | undefined) => Promise<Page<object>>;
const LISTS: [string, number, Read][] = [
  ['a developer’s apps', APPS / 2 - APPS / 50, (cursor) => apps.list(busy, cursor)],
  ['the deploys of an app', DEPLOYS / 2, async (cursor) => deploys.list(await apps.get('app-2'), cursor)],
  ['all apps', APPS - APPS / 50, (cursor) => new AllApps(db).list(administrator(), { search: '', limit: 1_000, cursor })],
  ['the apps under review', APPS / 2, (cursor) => submissions.listQueue(administrator(), cursor)],
];

it.each(LISTS)(
  'a page of %s reads few more rows than it returns, and the walk by cursors finds each row once',
  async (_, count, read) => {
    const seen = new Set<string>();
    let cursor: string | undefined;
    let page: Page<object>;
    let pages = 0;
    do {
      const plans = await plansOf(db, async () => (page = await read(cursor)));
      for (const plan of pagesOf(plans))
        expect({ ...plan, isBounded: plan.rowsRead <= READ_PER_ROW * plan.rows }).toEqual({ ...plan, isBounded: true });
      for (const row of page!.rows) seen.add(JSON.stringify(row));
      cursor = page!.has_more ? page!.cursorAt!(page!.rows.length - 1) : undefined;
      pages++;
    } while (cursor);
    expect([seen.size, pages]).toEqual([count, Math.ceil(count / 1_000)]);
  },
  120_000,
);

it('of large rows, a page reads a few more than fit into an answer, and its cursor leads to the next', async () => {
  const large = `
    update submission set listing = (listing::jsonb || jsonb_build_object('manifest_json', jsonb_build_object('x', repeat('x', 400000))))::json
     where submission_id in (select submission_id from submission where decided_at is null order by submitted_at, submission_id limit 60)`;
  await harness.query(large);
  let page: Page<App>;
  const plans = pagesOf(await plansOf(db, async () => (page = await submissions.listQueue(administrator(), undefined))));
  expect([plans.length, page!.rows.length, page!.has_more]).toEqual([1, 20, true]);
  const { bytes, held, next } = await harness.bus.forward(portal.listPending, administrator(), '{}');
  const rest = await submissions.listQueue(administrator(), next);
  expect([held, (JSON.parse(Buffer.from(bytes).toString()) as App[]).length]).toEqual([8, 8]);
  expect(rest.rows[0]).toMatchObject({ app_id: page!.rows[8]!.app_id });
});
