import { portal } from '@skep/contracts/portal';
import { type AppProcess, type ServiceHarness, startService, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { irOf, tooling } from './portal.js';

let harness: ServiceHarness;
let service: AppProcess;
const ada = asUser('ada');
const app_id = 'links';
const statusOf = async (deploy_id: string) =>
  (await harness.call(portal.listDeploys, ada, { app_id })).rows.find((deploy) => deploy.deploy_id === deploy_id)?.status;
const record = (version: string) => harness.call(portal.recordDeploy, ada, { app_id, version, status: 'success', error_message: '' });
const become = (deploy_id: string, status: string) =>
  waitUntil(`the deploy to become ${status}`, async () => (await statusOf(deploy_id)) === status, 25_000);
const versions = async () =>
  (await harness.infra.query('registry', 'select version from release where app_id = $1 order by revision', [app_id])).map(
    ({ version }) => version,
  );

beforeAll(async () => {
  harness = await startService('developer-portal');
  service = await harness.infra.startApp('developer-portal');
  await harness.call(portal.registerDeveloper, ada, { nickname: 'ada', tier: 'explorer' });
  await harness.call(portal.createApp, ada, { app_id, name: 'Links', category: 'general', icon: '', git_url: '', pricing_model: 'free' });
});
afterAll(() => harness?.close());

it('refuses to deploy an IR while the kernel is down, and records nothing', async () => {
  await expect(harness.call(portal.deployIr, ada, { app_id, ir_dict: irOf(app_id), dev_mode: true })).rejects.toMatchObject({
    body: { code: 'unavailable', status: 503 },
  });
  expect((await harness.call(portal.listDeploys, ada, { app_id })).rows).toEqual([]);
});

it('answers 503 for earnings and tiers while billing is down', async () => {
  for (const ask of [() => harness.call(portal.getEarnings, ada, {}), () => harness.call(portal.changeTier, ada, { tier: 'indie' })])
    await expect(ask()).rejects.toMatchObject({ body: { code: 'unavailable', status: 503 } });
  expect(await harness.query('select tier from developer')).toEqual([{ tier: 'explorer' }]);
});

it('shows in a profile the earnings that billing last reported', async () => {
  const earned = async () => (await harness.call(portal.getProfile, ada, {})).total_earnings;
  expect(await earned()).toBe(0);
  await harness.query('update developer set total_earnings = 70');
  expect(await earned()).toBe(70);
  const { kill } = await harness.infra.startApp('billing');
  expect(await earned()).toBe(0);
  await kill('SIGKILL');
  await waitUntil('the last reported earnings', async () => (await earned()) === 0);
});

const bob = asUser('bob');
const registerOnce = () =>
  harness.call(
    portal.registerApp,
    { ...bob, idempotencyKey: 'register-once' },
    {
      ...{ app_id: 'notes-of-bob', display_name: 'Notes', manifest: { version: '1.0.0' } },
    },
  );

it('creates an app that is registered with a manifest, and answers 503 while the registry is down', async () => {
  await harness.call(portal.registerDeveloper, bob, { nickname: 'bob', tier: 'explorer' });
  await expect(registerOnce()).rejects.toMatchObject({ body: { code: 'unavailable', status: 503 } });
  expect(await harness.call(portal.getRegisteredApp, bob, { app_id: 'notes-of-bob' })).toMatchObject({ status: 'provisioning' });
  await service.kill('SIGKILL');
  service = await harness.infra.startApp('developer-portal');
});

it('keeps a deploy pending while the registry is down, and finishes it afterwards', async () => {
  await harness.call(portal.syncManifest, tooling(), { app_id, manifest_json: { app_id, version: '0.1.0', tools: [{ name: 'save' }] } });
  const { deploy_id } = await record('0.1.0');
  await harness.infra.startApp('registry');
  await become(deploy_id, 'warning');
});

it('continues with the registered app when the request is repeated, also after kill -9, and releases it once', async () => {
  const registered = await registerOnce();
  expect(registered).toMatchObject({ status: 'active', version: '1.0.0' });
  expect(await registerOnce()).toEqual(registered);
  expect(await harness.infra.query('registry', `select revision from release where app_id = 'notes-of-bob'`)).toEqual([{ revision: 1 }]);
  expect((await harness.call(portal.listDeploys, bob, { app_id: 'notes-of-bob' })).rows).toHaveLength(1);
});

it('finishes deploys after kill -9 during the kernel’s check, once and in order', async () => {
  const kernel = await harness.infra.startApp('kernel');
  await harness.call(portal.deployIr, ada, { app_id, ir_dict: irOf(app_id), dev_mode: true });
  process.kill(kernel.pid, 'SIGSTOP');
  const started = [await record('2.0.0'), await record('2.0.1'), await record('2.0.2')].map(({ deploy_id }) => deploy_id);
  await waitUntil('the deploys to be under way', async () => {
    const waiting = await harness.query(`select 1 from outbox where sent_at is null`);
    return waiting.length === 0;
  });
  await service.kill('SIGKILL');
  process.kill(kernel.pid, 'SIGCONT');
  service = await harness.infra.startApp('developer-portal');
  for (const deploy_id of started) await become(deploy_id, 'success');
  expect(await versions()).toEqual(['0.1.0', '1.0.0', '2.0.0', '2.0.1', '2.0.2']);
});

it('fails a deploy that could not run for 24 hours, with the reason', async () => {
  await harness.infra.query('registry', 'alter table release rename to release_away');
  const { deploy_id } = await record('3.0.0');
  await harness.query(`update deploy set created_at = now() - interval '25 hours' where deploy_id = $1`, [deploy_id]);
  await become(deploy_id, 'failed');
  await harness.infra.query('registry', 'alter table release_away rename to release');
  const [deploy] = await harness.query('select error_message from deploy where deploy_id = $1', [deploy_id]);
  expect(deploy?.['error_message']).toMatch(/^Gave up after 24 hours: /);
});
