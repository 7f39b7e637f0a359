import { type DeployFinished, type DeployIr, portal, type RecordDeploy } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { irOf, linkSaver, notFound, openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const finished: DeployFinished[] = [];
const ada = asUser('ada');
const bob = asUser('bob');

const create = (app_id: string, more = {}) => harness.create(ada, { app_id, ...linkSaver, ...more });
const deployIr = (app_id: string, ir?: Record<string, unknown>, ctx = ada, more?: Partial<DeployIr>) =>
  harness.deployIr(ctx, app_id, ir, more);
const record = (app_id: string, input: Partial<RecordDeploy>, ctx: Ctx = ada) =>
  harness.call(portal.recordDeploy, ctx, { app_id, status: 'success', error_message: '', ...input });
const deploysOf = async (app_id: string, ctx: Ctx = ada) => (await harness.call(portal.listDeploys, ctx, { app_id })).rows;
const ended = (app_id: string, deploy_id: string) =>
  waitUntil('the deploy to end', async () =>
    (await deploysOf(app_id)).find((deploy) => deploy.deploy_id === deploy_id && deploy.status !== 'pending'),
  );
const revisionOf = async (app_id: string) => (await harness.call(registry.resolveCall, ada, { app_id })).revision;

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry']);
  harness.bus.subscribe(portal.deployFinished, (event) => finished.push(event));
  await harness.register(ada, bob);
  await harness.setTier('partner');
  await create('links');
  await deployIr('links', irOf('links'));
});
afterAll(() => harness?.close());

describe('starting a deploy', () => {
  it('returns a pending deploy at once, then publishes the app’s IR as a release of that version', async () => {
    const before = await revisionOf('links');
    const deploy = await record('links', { version: '1.2.0', changelog: 'Faster.' });
    expect(deploy).toMatchObject({
      app_id: 'links',
      version: '1.2.0',
      status: 'pending',
      changelog: 'Faster.',
      commit_sha: null,
      deployed_at: null,
    });
    expect(deploy.deploy_id).toMatch(/^dep_/);
    const done = await ended('links', deploy.deploy_id);
    expect(done).toMatchObject({ status: 'success', error_message: '' });
    expect(done.deployed_at).toBeInstanceOf(Date);
    expect(await revisionOf('links')).toBe(before + 1);
    expect(await harness.call(registry.getRelease, ada, { app_id: 'links', revision: before + 1 })).toMatchObject({ version: '1.2.0' });
    await waitUntil('the event', () => finished.some(({ deploy_id, status }) => deploy_id === deploy.deploy_id && status === 'success'));
  });

  it('is possible for the same version again', async () => {
    const again = await record('links', { version: '1.2.0' });
    expect(await ended('links', again.deploy_id)).toMatchObject({ status: 'success' });
  });

  it('fails with a message for an app without IR and manifest', async () => {
    await create('empty');
    const { deploy_id } = await record('empty', { version: '1.0.0' });
    expect(await ended('empty', deploy_id)).toMatchObject({
      status: 'failed',
      error_message: expect.stringMatching(/neither an IR nor a manifest/),
    });
    await waitUntil('the event', () => finished.some((event) => event.deploy_id === deploy_id && event.status === 'failed'));
  });

  it('ends with a warning for an app with only a manifest, which Skep cannot run', async () => {
    await create('listed');
    const tools = [{ name: 'save', description: 'Save.' }];
    await harness.call(portal.syncManifest, tooling(), { app_id: 'listed', manifest_json: { app_id: 'listed', version: '0.9.0', tools } });
    const { deploy_id } = await record('listed', { version: '1.0.0' });
    expect(await ended('listed', deploy_id)).toMatchObject({ status: 'warning', error_message: expect.stringMatching(/no IR/) });
    const release = await harness.call(registry.getRelease, ada, { app_id: 'listed', revision: 1 });
    expect(release).toMatchObject({ version: '1.0.0', ir: null, functions: [{ name: 'save' }] });
    const { checks } = await harness.call(portal.submitApp, ada, { app_id: 'listed' });
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(['has_successful_deploy', 'ir_valid']);
  });

  it('is idempotent: its event may arrive twice, and the process may stop after the release was published', async () => {
    await create('twice');
    await deployIr('twice', irOf('twice'));
    const { deploy_id } = await record('twice', { version: '3.0.0' });
    const done = await ended('twice', deploy_id);
    const repeatEvent = () =>
      harness.query(
        `insert into outbox (subject, ctx, payload) select subject, ctx, payload from outbox where payload->>'deploy_id' = $1 and subject like '%deployRequested' limit 1`,
        [deploy_id],
      );
    const events = () => finished.filter((event) => event.deploy_id === deploy_id).length;
    await waitUntil('the first event', () => events() === 1);

    await repeatEvent();
    const next = await record('twice', { version: '3.0.1' });
    await ended('twice', next.deploy_id);
    expect((await deploysOf('twice')).find((deploy) => deploy.deploy_id === deploy_id)).toEqual(done);
    expect(events()).toBe(1);

    // The state after a kill between the registry's answer and the commit here.
    const source = `(select json_build_object('app_id', app_id, 'developer_id', developer_id, 'name', name, 'short_description', short_description,
      'icon', icon, 'manifest_json', manifest_json, 'ir', ir) from app where app_id = 'twice')`;
    await harness.query(`update deploy set status = 'pending', deployed_at = null, source = ${source} where deploy_id = $1`, [deploy_id]);
    const before = await revisionOf('twice');
    await repeatEvent();
    expect(await ended('twice', deploy_id)).toMatchObject({ status: 'success' });
    expect(await revisionOf('twice')).toBe(before);
    expect(await harness.query('select revision from deploy where deploy_id = $1', [deploy_id])).toEqual([{ revision: 2 }]);
  });
});

describe('recording a deploy that has ended elsewhere', () => {
  it('stores its commit, status and error message', async () => {
    const good = await record('links', { commit_sha: 'abc1234' });
    expect(good).toMatchObject({ commit_sha: 'abc1234', version: null, status: 'success', error_message: '' });
    expect(good.deployed_at).toBeInstanceOf(Date);
    const bad = await record('links', { commit_sha: 'abc1235', status: 'failed', error_message: 'The tests failed.' });
    expect(bad).toMatchObject({ status: 'failed', error_message: 'The tests failed.' });
    await waitUntil('the event', () =>
      finished.some(({ deploy_id, error_message }) => deploy_id === bad.deploy_id && error_message === 'The tests failed.'),
    );
  });

  it('does not satisfy the checks of a submission', async () => {
    await create('claimed');
    await record('claimed', { commit_sha: 'abc' });
    expect(await harness.call(portal.submitApp, ada, { app_id: 'claimed' })).toMatchObject({ status: 'failed', submitted_at: null });
  });
});

describe('deploys', () => {
  it('are listed newest first', async () => {
    const listed = await deploysOf('links');
    expect(listed[0]).toMatchObject({ commit_sha: 'abc1235' });
    expect(listed.map(({ created_at }) => created_at.getTime())).toEqual(
      listed.map(({ created_at }) => created_at.getTime()).sort((a, b) => b - a),
    );
  });

  it('report both fields if neither is given, and invalid values', async () => {
    await expect(record('links', {})).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['version'] }, { loc: ['commit_sha'] }] },
    });
    await expect(record('links', { version: 'latest' })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['version'] }] },
    });
    await expect(record('links', { commit_sha: 'a', status: 'pending' })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['status'] }] },
    });
  });

  it('of another developer’s app can be neither listed nor requested', async () => {
    for (const ctx of [bob, asUser('ada', { tenant: 'imp_t_other' }), tooling()]) {
      await expect(deploysOf('links', ctx)).rejects.toMatchObject(notFound);
      await expect(record('links', { version: '9.9.9' }, ctx)).rejects.toMatchObject(notFound);
    }
  });
});
