import type { Page } from '@skep/contracts';
import { type BrowseApps, marketplace, SORTS } from '@skep/contracts/marketplace';
import { type Database, readConfig, tablesOf } from '@skep/platform';
import { asAnonymous, openTestDatabase, plansOf } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CategorySizes } from '../src/listing/category-sizes.js';
import { IconUrls } from '../src/listing/icon-urls.js';
import { ListingPages } from '../src/listing/listing-pages.js';
import { VocabularyRepository } from '../src/listing/vocabulary.repository.js';
import { service } from '../src/main.js';
import { MarketplaceConfig } from '../src/marketplace.config.js';
import { type MarketplaceHarness, openMarketplace } from './marketplace.js';

const LISTINGS = 20_000;
const LIMIT = 20;
/** The rows that a page may read per row that it returns. */
const READ_PER_ROW = 20;

let harness: MarketplaceHarness;
let db: Database;
let pages: ListingPages;

/** One listing in ten is delisted; `rare` has one listing in a thousand. */
const FILL = `
  insert into listing (app_id, developer_id, name, short_description, category, icon, pricing_model, revision, version, tags, functions, permissions,
                       system, listed, rating, review_count, published_at, approved_at, document)
  select 'app-' || n, 'dev', 'App ' || (n * 7919 % ${LISTINGS}), 'An app.', case when n % 1000 = 0 then 'rare' else 'c' || n % 12 end, '', 'free', 1, '1', '{}',
         '[]', '{}', false, n % 10 <> 3, n % 5, n % 50, now() - make_interval(secs => n), now(), to_tsvector('simple', 'app manager m' || n)
    from generate_series(1, ${LISTINGS}) n;
  insert into popularity (app_id, category, listed, install_count, action_count) select app_id, category, listed, length(name) * 31 % 97, length(app_id) * 17 % 89 from listing`;

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.query(FILL);
  await harness.query('vacuum analyze'); // which also ends the list of what the index of documents has not sorted yet
  db = await openTestDatabase(await tablesOf(service), harness.env);
  const sizes = new CategorySizes(db);
  await sizes.recountAll();
  pages = new ListingPages(db, sizes, new IconUrls(readConfig(MarketplaceConfig, harness.env)));
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

it.each(SORTS.flatMap((sort) => ['', 'c1', 'rare'].map((category) => ({ sort, category }))))(
  'a page by $sort of the category "$category" reads few more rows than it returns, also after a cursor',
  async ({ sort, category }) => {
    let page: Page<unknown> | undefined;
    const first = await plansOf(db, async () => (page = await pages.browse(category, sort, { limit: LIMIT })));
    const next = await plansOf(db, () => pages.browse(category, sort, { limit: LIMIT, cursor: page!.cursorAt!(LIMIT - 1) }));
    for (const { sql, rowsRead } of [first[0]!, next[0]!])
      expect({ sql, isBounded: rowsRead <= READ_PER_ROW * LIMIT }).toEqual({ sql, isBounded: true });
  },
);

it('a search by the start of rare words reads only what it finds', async () => {
  const prefix = Array.from({ length: 50 }, (_, i) => `m${i + 1}`).join(' | ');
  const [plan] = await plansOf(db, () => pages.search({ text: 'm', prefix, fuzzy: '' }, '', 'actions', { limit: LIMIT }));
  expect(plan!.rowsRead).toBeLessThan(50 * READ_PER_ROW);
});

it('a walk by cursors finds each listed app once', async () => {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const { rows, cursorAt, has_more } = await pages.browse('rare', 'name', { limit: 7, cursor });
    seen.push(...rows.map(({ app_id }) => app_id));
    cursor = has_more ? cursorAt!(rows.length - 1) : undefined;
  } while (cursor);
  const all = await harness.query(`select app_id from listing where category = 'rare' and listed order by lower(name), app_id`);
  expect(seen).toEqual(all.map(({ app_id }) => app_id));
});

it('a total above 10,000 is capped, and an offset beyond it is refused with what to do', async () => {
  const { total, total_capped } = await pages.browse('', 'newest', { limit: 1 });
  expect([total, total_capped]).toEqual([10_000, true]);
  const beyond = pages.browse('', 'newest', { limit: 1, offset: 10_001 });
  await expect(beyond).rejects.toMatchObject({
    body: { code: 'invalid_input', detail: [{ loc: ['offset'], msg: expect.stringContaining('cursor') }] },
  });
});

it('a cursor of another order, and one that is none, are refused', async () => {
  const { cursorAt } = await pages.browse('', 'newest', { limit: 1 });
  for (const cursor of [cursorAt!(0), 'none', '']) {
    const refused = harness.call(marketplace.browseApps, asAnonymous(), { sort: 'name', cursor } as BrowseApps);
    await expect(refused).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['cursor'] }] } });
  }
});

it('a search for a word of every listing ranks a bounded number of them', async () => {
  const [search] = await plansOf(db, () =>
    pages.search({ text: 'manager', prefix: '(manager)', fuzzy: '' }, '', 'actions', { limit: LIMIT }),
  );
  expect(search!.rowsRead).toBeLessThan(LISTINGS / 5);
});

it('a search is completed by a bounded number of words, however many begin like it', async () => {
  await harness.query(`insert into vocabulary (word) select 'm' || n from generate_series(1, ${LISTINGS}) n; analyze vocabulary`);
  let completions: string[] = [];
  const [plan] = await plansOf(db, async () => (completions = await new VocabularyRepository(db).findCompletions('find m1')));
  expect(completions).toEqual(expect.arrayContaining(['m1', 'm10', 'm100']));
  expect([completions.length, plan!.rowsRead]).toEqual([50, 50]);
});
