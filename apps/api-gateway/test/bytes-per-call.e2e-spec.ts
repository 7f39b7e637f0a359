import { type Json, type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

/** What calls leave in the databases, in bytes per call; SKEP_PRINT_BYTES=1 prints it by table. */
const CALLS = 40;
const SERVICES = ['auth-gateway', 'registry', 'marketplace', 'billing', 'developer-portal', 'kernel'];
let skep: Skep;
let ada: TestUser;
let bob: TestUser;

const call = async (person: TestUser) => {
  const answer = await skep.http('POST', '/v1/extensions/link-saver/call', {
    token: person.access,
    body: { user_id: person.id, function: 'save_link', params: { url: 'https://example.com', title: 'Example' } },
  });
  expect(answer.json).toMatchObject({ status: 'success' });
};

beforeAll(async () => {
  skep = await startSkep();
  ada = await skep.signUpUser();
  bob = await skep.signUpUser();
  const admin = await skep.signInAdmin();
  const send = async (person: TestUser, method: string, path: string, body: unknown = {}) => {
    const answer = await skep.http(method, path, { token: person.access, body });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  };
  const ir_dict = JSON.parse(await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')) as Json;
  await send(ada, 'POST', '/v1/developer/register', { display_name: 'Ada' });
  const listing = { app_id: 'link-saver', name: 'Link Saver', short_description: 'Keeps links.', category: 'productivity' };
  await send(ada, 'POST', '/v1/developer/apps', listing);
  const pricing = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: 1 } } };
  await send(ada, 'PUT', '/v1/developer/apps/link-saver', pricing);
  await send(ada, 'POST', '/v1/extensions/developer/call', {
    ...{ user_id: ada.id, function: 'deploy_ir' },
    params: { app_id: 'link-saver', ir_dict },
  });
  await send(admin, 'POST', '/v1/admin/apps/link-saver/approve');
  await waitUntil('the install', () => send(bob, 'POST', '/v1/marketplace/apps/link-saver/install').then(() => true), 10_000);
}, 90_000);
afterAll(() => skep?.close());

/** The bytes of all rows, by table, without indexes and dead rows. */
async function measure(): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  for (const service of SERVICES) {
    const tables = await skep.infra.query(
      service,
      `select relname as name, (xpath('//bytes/text()', query_to_xml(
                format('select coalesce(sum(pg_column_size(t.*)), 0) as bytes from %s t', oid::regclass), false, false, '')))[1]::text::bigint as bytes
         from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
    );
    for (const { name, bytes } of tables) sizes.set(`${service}.${String(name)}`, Number(bytes));
  }
  return sizes;
}

/** Waits until every event was sent and consumed. */
const settle = async () => {
  let before = '';
  await waitUntil(
    'all events',
    async () => {
      const unsent = await Promise.all(SERVICES.map((service) => skep.infra.query(service, 'select from outbox where sent_at is null')));
      const inboxes = await Promise.all(SERVICES.map((service) => skep.infra.query(service, 'select count(*) from inbox')));
      const now = JSON.stringify(inboxes);
      const settled = unsent.every((rows) => rows.length === 0) && now === before;
      before = now;
      if (!settled) await new Promise((resolve) => setTimeout(resolve, 500));
      return settled;
    },
    20_000,
  );
};

it.each([
  { kind: 'free', person: () => ada, most: 1_600 },
  { kind: 'priced', person: () => bob, most: 4_300 },
])(
  'a $kind call leaves at most $most bytes in all tables, without what the app stores',
  async ({ kind, person, most }) => {
    await call(person());
    await settle();
    const before = await measure();
    for (let i = 0; i < CALLS; i++) await call(person());
    await settle();
    const grown = [...(await measure())].map(([table, bytes]) => [table, Math.round((bytes - (before.get(table) ?? 0)) / CALLS)] as const);
    const kept = grown.filter(([table, bytes]) => bytes > 0 && table !== 'kernel.document');
    const total = kept.reduce((sum, [, bytes]) => sum + bytes, 0);
    if (process.env['SKEP_PRINT_BYTES'])
      process.stdout.write(
        `${[[`a ${kind} call`, total] as const, ...kept].map(([table, bytes]) => `${String(bytes).padStart(6)} ${table}`).join('\n')}\n`,
      );
    expect(total).toBeLessThanOrEqual(most);
  },
  60_000,
);
