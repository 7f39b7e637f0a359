import { kernel } from '@skep/contracts/kernel';
import { type Database, statement, tablesOf } from '@skep/platform';
import { asService as caller, openTestDatabase, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { service, start } from '../src/main.js';

const LIST_DOCUMENTS = statement('select id from document', { id: 'text' });
const DELETE_DOCUMENT = statement('delete from document where id = :id returning id', { id: 'text' });

let harness: ServiceHarness;
let db: Database;

beforeAll(async () => {
  harness = await startService('kernel', start);
  for (const tenant_id of ['a', 'b'])
    await harness.query(
      `insert into document (id, tenant_id, user_id, app_id, collection, data, bytes) values ('doc_' || $1, $1, 'u', 'x', 'notes', '{}', 2)`,
      [tenant_id],
    );
  db = await openTestDatabase(await tablesOf(service), harness.env);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

it('every table with a tenant_id has row-level security', async () => {
  const tables = await harness.query(`
    select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'tenant_id'
       and not (c.relrowsecurity and c.relforcerowsecurity
                and exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_isolation'))`);
  expect(tables).toEqual([]);
});

it('a query that does not filter by tenant does not see documents of another tenant', async () => {
  const ids = () => db.rows(LIST_DOCUMENTS);
  expect(await db.inTenant('a', ids)).toEqual([{ id: 'doc_a' }]);
  expect(await db.inTenant('a', () => db.rows(DELETE_DOCUMENT, { id: 'doc_b' }))).toEqual([]);
  expect(await ids()).toEqual([]);
  expect(await db.acrossTenants(ids)).toHaveLength(2);
});

it('an event is added to the tenant that it names, and only that tenant reads it', async () => {
  const event = { scope: 'mail', action: 'came', id: '', actor: 'system', user_id: '', data: {} };
  await harness.call(kernel.publishEvent, caller('mail'), { ...event, tenant_id: 'a' });
  const events = await harness.query(`select tenant_id from feed_event`);
  expect(events).toEqual([{ tenant_id: 'a' }]);
  const feedOf = async (tenant_id: string) =>
    (await harness.call(kernel.readFeed, caller('api-gateway'), { after: 0, limit: 10, tenant_id, user_id: 'u' })).events;
  await waitUntil('it is numbered', async () => (await feedOf('a')).length === 1, 10_000);
  expect(await feedOf('b')).toEqual([]);
});
