import { connected } from '../database.ts';
import { marketplace } from '../growth/marketplace.ts';
import { appId, appName, description as text, series } from '../growth/names.ts';
import { FEW, missing } from '../growth/sizes.ts';
import { createWorld } from '../growth/world.ts';
import { type Load, pace } from '../load.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import type { Skep } from '../skep.ts';

const RANGES = missing({ ...FEW, apps: 100_000, people: 0, actions: 0 });
const APPS = RANGES.apps;
const RATE = 32;
const BOUND_MS = 30;

export const description = `searches of the catalogue of tools and of the marketplace at ${RATE}/s, with ${APPS.to.toLocaleString('en')} apps`;

/** Half of the apps are managers; the name of each app is unique. */
const SEARCHES = {
  'a word of one app': 'search=bebaban&limit=20',
  'a word of every second app': 'search=manager&limit=20',
  'a word of every app': 'search=teams&limit=20',
  'two words': 'search=teams+manager&limit=20',
  'words of no app': 'search=zeppelin+harbour&limit=20',
  'a page': 'limit=20',
};
/** What only the marketplace corrects, completes and restricts. */
const MARKETPLACE_SEARCHES = {
  ...SEARCHES,
  'a misspelled word': 'search=mangaer&limit=20',
  'the start of a word': 'search=be&limit=20',
  'a word in a category, by name': 'search=manager&category=notes&sort=name&limit=20',
};

type Found = Row & Pick<Load, 'p50' | 'p99'>;
const COLUMNS: Column<Found>[] = [
  { head: 'p50', value: ({ p50 }) => p50, digits: 1 },
  { head: 'p99', value: ({ p99 }) => p99, digits: 1 },
  { head: 'failed', value: ({ failed }) => failed || undefined, digits: 0 },
];

export const run: Measurement['run'] = async (skep, { seconds }) => {
  await addApps(skep);
  const headers = { 'x-service-token': skep.secrets.SKEP_SERVICE_TOKEN };
  const requests = [
    ...Object.entries(SEARCHES).map(([name, query]) => [`tools: ${name}`, { path: `/v1/catalog/tools?${query}`, headers }] as const),
    ...Object.entries(MARKETPLACE_SEARCHES).map(([name, query]) => [`apps: ${name}`, { path: `/v1/marketplace/apps?${query}` }] as const),
  ];
  const results: Record<string, Found> = {};
  for (const [name, request] of requests) {
    progress(`catalogue: ${name}`);
    const target = { url: skep.url, requests: [request] };
    await pace({ ...target, rate: RATE, seconds: 1 });
    results[name] = await pace({ ...target, rate: RATE, seconds });
  }
  const targets = Object.entries(results).map(([name, { p99 }]) => ({ name: `${name}, p99, ms`, value: p99, atMost: BOUND_MS }));
  const title = `GET /v1/catalog/tools and /v1/marketplace/apps at ${RATE}/s, ${APPS.to} apps`;
  return { title, results, columns: COLUMNS as Column<Row>[], targets };
};

async function addApps(skep: Skep): Promise<void> {
  const { databases } = skep;
  const world = await createWorld(skep);
  progress(`catalogue: adding ${APPS.to} apps`);
  await connected(databases.registry.ownerUrl, async (client) => {
    await client.query(
      `insert into app (app_id, tenant_id, developer_id, latest_revision, live_revision, approved_at)
       select ${appId()}, 'default', 'imp_u_dev', 1, 1, now() from ${series(APPS)}`,
    );
    await client.query(
      `insert into catalog_tool (app_id, name, app_name, description, params_schema, permissions, listed, document, embedding, embedding_model)
       select app_id, 'find_entry', name, description, '{}', '{}', true, to_tsvector('english', name || ' find entry ' || description),
              decode(repeat('0000803d', 512), 'hex'), 'hash'
         from (select ${appId()} as app_id, ${appName()} as name, ${text()} as description from ${series(APPS)}) app`,
    );
    await client.query('vacuum analyze catalog_tool');
  });
  await connected(databases.marketplace.ownerUrl, async (client) => {
    for (const [, sql] of marketplace(RANGES, world)) await client.query(sql);
    await client.query('vacuum analyze');
  });
}
