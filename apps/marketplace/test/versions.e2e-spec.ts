import { type Capabilities, marketplace } from '@skep/contracts/marketplace';
import { portal } from '@skep/contracts/portal';
import { asAnonymous } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approval, type MarketplaceHarness, openMarketplace } from './marketplace.js';

let harness: MarketplaceHarness;
const APP = 'link-saver';
const onDay = (day: number) => new Date(Date.UTC(2026, 0, day));
const fn = (name: string, more: object = {}) => ({
  name,
  description: `Does ${name}.`,
  params_schema: { type: 'object' },
  action_type: 'read',
  ...more,
});
const capabilities: Capabilities = {
  ...{ reads: ['list'], writes: ['save'], destructive: [], models: true, other_apps: false },
  ...{ secrets: [], connections: [], schedules: [], webhooks: [{ path: '/hook', method: 'POST' }] },
};

beforeAll(async () => {
  harness = await openMarketplace();
  await harness.approve(
    approval(APP, {
      revision: 1,
      version: '1.0.0',
      functions: [fn('list'), fn('drop')],
      permissions: ['store:read'],
      approved_at: onDay(1),
    }),
  );
  const functions = [fn('list', { description: 'Lists.', action_type: 'write' }), fn('save')];
  await harness.approve(
    approval(APP, { revision: 4, version: '2.0.0', functions, permissions: ['store:write'], approved_at: onDay(4), capabilities }),
  );
  await harness.approve(approval('quiet', { revision: 1 }));
});
afterAll(() => harness?.close());

const versions = async (app_id = APP) => (await harness.call(marketplace.listVersions, asAnonymous(), { app_id })).rows;
const compare = (revision: number, from?: number, app_id = APP) =>
  harness.call(marketplace.compareVersions, asAnonymous(), { app_id, revision, from });

it('the versions of an app are listed, newest first, each once with its first approval', async () => {
  const expected = [
    { revision: 4, version: '2.0.0', approved_at: onDay(4), function_count: 2 },
    { revision: 1, version: '1.0.0', approved_at: onDay(1), function_count: 2 },
  ];
  expect(await versions()).toEqual(expected);
  await harness.approve(approval(APP, { revision: 1, version: '1.0.0', functions: [fn('list'), fn('drop')], approved_at: onDay(2) }));
  expect(await versions()).toEqual(expected);
});

it('a version is compared with the one approved before, or with any other', async () => {
  const diff = await compare(4);
  expect(diff).toMatchObject({ revision: 4, version: '2.0.0', from: 1, from_version: '1.0.0' });
  expect([diff.added, diff.removed].map((list) => list.map(({ name }) => name))).toEqual([['save'], ['drop']]);
  expect(diff.changed).toEqual([
    {
      ...{ name: 'list', fields: ['description', 'action_type'], before: fn('list') },
      after: fn('list', { description: 'Lists.', action_type: 'write' }),
    },
  ]);
  expect([diff.new_permissions, diff.dropped_permissions].map((list) => list.map(({ id }) => id))).toEqual([
    ['store:write'],
    ['store:read'],
  ]);
  const back = await compare(1, 4);
  expect([back.added, back.removed].map((list) => list.map(({ name }) => name))).toEqual([['drop'], ['save']]);
  const first = await compare(1);
  expect([first.from, first.from_version, first.added.length, first.changed]).toEqual([null, null, 2, []]);
});

it('unknown versions and apps that are not listed are not found', async () => {
  const code = (code: string) => ({ body: { code, status: 404 } });
  await expect(compare(2)).rejects.toMatchObject(code('version_not_found'));
  await expect(compare(4, 3)).rejects.toMatchObject(code('version_not_found'));
  await expect(compare(1, undefined, 'unknown')).rejects.toMatchObject(code('app_not_found'));
  await expect(versions('unknown')).rejects.toMatchObject(code('app_not_found'));
  await expect(compare(0)).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  await harness.consuming(1, () =>
    harness.publish(portal.appDelisted, { app_id: 'quiet', developer_id: 'imp_u_dev', tenant_id: 'default', delisted_at: new Date() }),
  );
  await expect(versions('quiet')).rejects.toMatchObject(code('app_not_found'));
  await expect(compare(1, undefined, 'quiet')).rejects.toMatchObject(code('app_not_found'));
});

it('a listing says what the app may do, if its approval does', async () => {
  const read = (app_id: string) => harness.call(marketplace.getListing, asAnonymous(), { app_id });
  expect((await read(APP)).capabilities).toEqual(capabilities);
  await harness.approve(approval('silent'));
  expect((await read('silent')).capabilities).toBeNull();
});
