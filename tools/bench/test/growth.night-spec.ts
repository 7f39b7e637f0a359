import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connected } from '../database.ts';
import { fill } from '../growth/fill.ts';
import { checkRoutes, routesOf } from '../growth/routes.ts';
import { FEW, missing, type Sizes } from '../growth/sizes.ts';
import { createWorld, type World } from '../growth/world.ts';
import { type ServiceName, type Skep, startSkep } from '../skep.ts';

/** A second fill, as with many rows. */
const MORE = Object.fromEntries(Object.entries(FEW).map(([name, size]) => [name, size * 2])) as Sizes;

let skep: Skep;
let world: World;

beforeAll(async () => {
  skep = await startSkep({});
  world = await createWorld(skep);
  await fill(skep, missing(FEW), world);
});
afterAll(() => skep?.stop());

test('every route answers with content, with few rows and after a further fill, and the ledger is sound', async () => {
  const routes = await routesOf(skep, world, 8);
  await checkRoutes(skep.url, routes);
  await fill(skep, missing(MORE, FEW), world);
  await checkRoutes(skep.url, routes);
});

const read = (service: ServiceName, sql: string): Promise<number> =>
  connected(
    skep.databases[service].ownerUrl,
    async (client) => Number((await client.query<{ number: string }>(`select (${sql}) as number`)).rows[0]?.number),
    '-c skep.tenant=*',
  );

test('the fill adds as many rows as it says', async () => {
  const filled = {
    tenants: await read('auth-gateway', `select count(*) from tenant where id <> 'default'`),
    people: await read('auth-gateway', `select count(*) from account where id like 'imp\\_u\\_0000000000%'`),
    apps: await read('registry', `select count(*) from app where app_id <> '${world.app_id}'`),
    actions: await read('kernel', `select count(*) from action where trace_id = md5(('x' || right(id, 8))::bit(32)::int::text)`),
    documents: await read('kernel', `select count(*) from document where data ? 'number'`),
    payments: await read('billing', `select count(*) from payment where status = 'credited'`),
    calls: await read('billing', `select count(*) from hold where status = 'captured' and idempotency_key like 'growth:%'`),
    payouts: await read('billing', 'select count(*) from payout'),
    audit: await read('auth-gateway', `select count(*) from audit_log where target_id like 'ses\\_0000000000%'`),
  };
  expect(filled).toEqual(MORE);
});

test('the counters are those of the rows', async () => {
  const installs = 'select sum(install_count) from';
  expect(await read('marketplace', `${installs} popularity`)).toBe(await read('registry', 'select count(*) from install'));
  expect(await read('registry', `${installs} app`)).toBe(await read('registry', 'select count(*) from install'));
  expect(await read('marketplace', 'select sum(app_count) from category_size')).toBe(
    await read('marketplace', 'select count(*) from listing'),
  );
  expect(await read('kernel', `select sum(bytes) from storage_usage where app_id = ''`)).toBe(
    await read('kernel', 'select sum(bytes) from document'),
  );
});
