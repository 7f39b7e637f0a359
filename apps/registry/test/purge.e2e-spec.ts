import { portal } from '@skep/contracts/portal';
import { type InstallChanged, registry } from '@skep/contracts/registry';
import { type AppProcess, asUser, type ServiceHarness, startService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { approval, dev, release } from './registry.js';

const INSTALLS = 1_500;
let harness: ServiceHarness;
let running: AppProcess;
const changes: InstallChanged[] = [];
const boot = async () => void (running = await harness.infra.startApp('registry', { ...harness.env, SKEP_RUN_LEASE_MS: '1000' }));
const installsOf = async (app_id: string) =>
  Number((await harness.query('select count(*) as n from install where app_id = $1', [app_id]))[0]!['n']);
const bob = asUser('bob');
const zoe = asUser('zoe', { tenant: 'imp_t_other' });

beforeAll(async () => {
  harness = await startService('registry', undefined);
  await boot();
  harness.bus.subscribe(registry.installChanged, (event) => changes.push(event));
  for (const app_id of ['purged', 'kept']) {
    await harness.call(registry.publishRelease, dev, release(app_id, dev));
    await harness.publish(portal.appApproved, approval(app_id, dev, 1));
    await waitUntil(
      'the approval',
      async () => (await harness.query('select 1 from app where app_id = $1 and live_revision = 1', [app_id]))[0],
    );
    for (const ctx of [bob, zoe]) await harness.call(registry.installApp, ctx, { app_id });
  }
});
afterAll(() => harness?.close());

const purge = () =>
  harness.publish(portal.appPurged, { app_id: 'purged', developer_id: dev.user, tenant_id: dev.tenant, purged_at: new Date() });

it('the installs of a purged app are removed in all tenants, once each, although the process is killed among them', async () => {
  await harness.query(`
    insert into install (tenant_id, user_id, app_id) select 't' || n % 3, 'u' || n, 'purged' from generate_series(1, ${INSTALLS}) n;
    update app set install_count = install_count + ${INSTALLS}, install_sequence = install_sequence + ${INSTALLS} where app_id = 'purged';
    insert into disabled_extension (tenant_id, user_id, app_id) values ('default', 'imp_u_bob', 'purged')`);
  expect(await harness.call(registry.countInstalls, dev, { app_id: 'purged' })).toEqual({ install_count: INSTALLS + 2 });
  changes.length = 0;
  await purge();
  await waitUntil('some to be removed', async () => (await installsOf('purged')) < INSTALLS);
  await running.kill('SIGKILL');
  const left = await installsOf('purged');
  expect(left).toBeGreaterThan(0);
  await boot();
  await waitUntil('the others', async () => (await installsOf('purged')) === 0, 60_000);
  expect(await harness.call(registry.countInstalls, dev, { app_id: 'purged' })).toEqual({ install_count: 0 });
  await waitUntil('the events', () => new Set(changes.map(({ user_id }) => user_id)).size === INSTALLS + 2, 30_000);
  expect(new Set(changes.map(({ sequence }) => sequence)).size).toBe(INSTALLS + 2);
  expect(changes.every(({ app_id, installed }) => app_id === 'purged' && !installed)).toBe(true);
  expect(await harness.query(`select 1 from disabled_extension where app_id = 'purged'`)).toEqual([]);
  expect(await installsOf('kept')).toBe(2);
});

it('a purged app can be neither installed nor called, and purging it again changes nothing', async () => {
  const suspended = { body: { code: 'app_suspended' } };
  await expect(harness.call(registry.installApp, bob, { app_id: 'purged' })).rejects.toMatchObject(suspended);
  await expect(harness.call(registry.resolveCall, dev, { app_id: 'purged' })).rejects.toMatchObject(suspended);
  const before = changes.length;
  await purge();
  await waitUntil(
    'the run',
    async () => (await harness.query(`select 1 from run where kind = 'install.purge' and status = 'done'`)).length === 2,
    30_000,
  );
  expect(changes).toHaveLength(before);
});

it('an unknown app has no installs', async () => {
  expect(await harness.call(registry.countInstalls, dev, { app_id: 'unknown' })).toEqual({ install_count: 0 });
});
