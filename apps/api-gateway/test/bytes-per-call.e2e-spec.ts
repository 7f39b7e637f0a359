import { type TestUser, type Skep, startSkep, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

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
  ({ ada, bob } = await publishPaidApp(skep, 1));
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
