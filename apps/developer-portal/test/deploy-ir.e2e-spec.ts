import { type DeployFinished, type DeployIr, deploySummary, portal } from '@skep/contracts/portal';
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
const deploysOf = async (app_id: string, ctx: Ctx = ada) => (await harness.call(portal.listDeploys, ctx, { app_id })).rows;
const appOf = (app_id: string) => harness.call(portal.getApp, ada, { app_id });
const revisionOf = async (app_id: string) => (await harness.call(registry.resolveCall, ada, { app_id })).revision;

beforeAll(async () => {
  harness = await openPortal(['kernel', 'registry']);
  harness.bus.subscribe(portal.deployFinished, (event) => finished.push(event));
  await harness.register(ada, bob);
  await harness.setTier('partner');
});
afterAll(() => harness?.close());

describe('deploying an IR', () => {
  it('warns of a webhook that has a function or a declaration, but not both, and lists no function of a webhook', async () => {
    await create('hooks');
    const webhooks = [{ path: '/orders' }, { path: '/other' }];
    await harness.call(portal.syncManifest, tooling(), { app_id: 'hooks', manifest_json: { app_id: 'hooks', version: '1.0.0', webhooks } });
    const impl = { kind: 'declarative', steps: [] };
    const functions = ['__webhook__orders', '__webhook__undeclared', 'save'].map((name) => ({ name, description: 'Does it.', impl }));
    const { warnings, tools_synced } = await deployIr('hooks', {
      ir_version: '1.0',
      app: { id: 'hooks', version: '1.0.0', title: 'Hooks', functions },
    });
    expect(warnings.map(({ message }) => message)).toEqual([
      "the manifest does not declare the webhook '/undeclared'",
      "no function '__webhook__other' answers the webhook '/other'",
    ]);
    expect(tools_synced).toBe(1);
  });

  it('publishes it as a release at once, and returns a receipt', async () => {
    await create('links');
    const receipt = await deployIr('links', irOf('links'));
    expect(receipt).toMatchObject({
      ...{ app_id: 'links', steps_registered: 2, ir_version: '1.0.0', commit: '1.0.0', status: 'deployed', validation: 'ok' },
      ...{ tools_synced: 2, panels_synced: 0, icon_synced: false, manifest_synced: true, migrations_applied: 0, normalised: false },
      warnings: [],
    });
    expect(receipt.deployed_at).toBeInstanceOf(Date);
    const revision = await revisionOf('links');
    expect(await harness.call(registry.getRelease, ada, { app_id: 'links', revision })).toMatchObject({
      version: '1.0.0',
      ir: { app: { id: 'links' } },
      functions: [{ name: 'save_link' }, { name: 'list_links' }],
    });
  });

  it('changes the app and adds a deploy', async () => {
    const app = await appOf('links');
    expect(app).toMatchObject({ status: 'draft', manifest_json: { app_id: 'links', version: '1.0.0' } });
    expect(app.tools_json.map(({ name, action_type }) => [name, action_type])).toEqual([
      ['save_link', 'write'],
      ['list_links', 'read'],
    ]);
    expect(app.manifest_json?.['tools']).toEqual(app.tools_json);
    await harness.call(portal.syncManifest, tooling(), { app_id: 'links', manifest_json: app.manifest_json! });
    const [deploy] = await deploysOf('links');
    expect(deploy).toMatchObject({ app_id: 'links', status: 'success', commit_sha: '1.0.0', version: '1.0.0', error_message: '' });
    const { deploy_id } = deploy!;
    await waitUntil('the event', () => finished.some((event) => event.deploy_id === deploy_id && event.status === 'success'));
  });

  it('sets description and icon of an app that has none', async () => {
    await create('plain', { short_description: undefined });
    const ir = irOf('plain');
    await deployIr('plain', { ...ir, app: { ...ir.app, icon: 'link' } });
    expect(await appOf('plain')).toMatchObject({
      short_description: 'Saves and lists links.',
      description: 'Saves and lists links.',
      icon: 'link',
    });
  });

  it('normalises the flat form, and reports that', async () => {
    await create('flat');
    const steps = [{ id: 's', kind: 'declarative', action: 'store.create', params: { collection: 'tasks', data: { title: '{{title}}' } } }];
    expect(await deployIr('flat', { app_id: 'flat', version: '2.0.0', steps })).toMatchObject({
      normalised: true,
      ir_version: '2.0.0',
      tools_synced: 1,
    });
    expect((await appOf('flat')).tools_json).toMatchObject([{ name: 'run' }]);
  });

  it('returns warnings for steps that run, but probably not as intended', async () => {
    await create('wary');
    const ir = irOf('wary');
    const steps = [{ id: 's', op: 'ai.complete', args: { prompt: 'Sum up {{args.txet}}' } }];
    const functions = [{ name: 'sum_up', params_schema: { text: { type: 'string' } }, impl: { kind: 'declarative', steps } }];
    expect(await deployIr('wary', { ...ir, app: { ...ir.app, functions } })).toMatchObject({
      ...{ status: 'deployed', validation: 'ok', normalised: true },
      warnings: [
        { path: 'app.functions.0.impl.steps.0.op', message: expect.stringContaining("'ai:complete'") },
        { path: 'app.functions.0.impl.steps.0.args.prompt', message: expect.stringContaining("does not declare 'txet'") },
      ],
    });
  });

  it('also submits the app for review, except in dev_mode', async () => {
    await create('public');
    const deployed = await deployIr('public', irOf('public'), ada, { dev_mode: false });
    expect(deployed.submission).toMatchObject({ status: 'pending_review', revision: 1 });
    expect(deploySummary(deployed)).toBe('IR deployed and submitted for review');
    expect((await appOf('public')).status).toBe('pending_review');
    expect(deploySummary(await deployIr('public', irOf('public', '1.1.0'), ada, { dev_mode: false }))).toBe(
      'IR deployed; not submitted, because revision 1 is under review: withdraw that, and submit the app again',
    );
    expect(deploySummary(await deployIr('public', irOf('public', '1.2.0')))).toBe(
      'IR deployed; not submitted for review, because of dev_mode',
    );
    await create('wordless', { category: '' });
    expect(deploySummary(await deployIr('wordless', irOf('wordless'), ada, { dev_mode: false }))).toBe(
      'IR deployed; not submitted for review: Set a category.',
    );
    expect((await appOf('wordless')).status).toBe('draft');
  });

  it.each<[string, Partial<Ctx>]>([
    ['', {}],
    [', also under an Idempotency-Key', { idempotencyKey: 'wrong-1' }],
  ])('that is invalid is refused with its faults, changes nothing and is recorded as a failed deploy%s', async (_, keyed) => {
    const [before, [newest]] = [await appOf('links'), await deploysOf('links')];
    const wrong = irOf('links', '1.1.0');
    wrong.app.functions[0]!.impl.steps[0]!.op = 'store.explode';
    await expect(deployIr('links', wrong, asUser('ada', keyed))).rejects.toMatchObject({
      body: {
        ...{ code: 'invalid_ir', status: 400, detail: expect.stringMatching(/^Invalid IR: .*store\.explode/) },
        faults: [{ code: 'unknown-op', pointer: '/app/functions/0/impl/steps/0/op', docs_url: '/docs/apps/errors#unknown-op' }],
        warnings: [],
      },
    });
    expect(await appOf('links')).toEqual(before);
    const [failed, second] = await deploysOf('links');
    expect(failed).toMatchObject({ status: 'failed', error_message: expect.stringContaining('store.explode') });
    expect(second).toEqual(newest);
  });

  it('of another app, or nested too deeply, is refused', async () => {
    await expect(deployIr('links', irOf('another'))).rejects.toMatchObject({
      body: { code: 'invalid_ir', detail: expect.stringContaining('another') },
    });
    const deep = JSON.parse(`${'{"a":'.repeat(500)}1${'}'.repeat(500)}`) as Record<string, unknown>;
    await expect(deployIr('links', deep)).rejects.toMatchObject({ body: { code: 'invalid_ir' } });
  });

  it('is refused to everyone but the app’s developer', async () => {
    for (const ctx of [bob, asUser('ada', { tenant: 'imp_t_other' }), tooling()])
      await expect(deployIr('links', irOf('links'), ctx)).rejects.toMatchObject({
        body: { ...notFound.body, detail: 'App not found: links' },
      });
    await expect(deployIr('no-such-app', irOf('no-such-app'))).rejects.toMatchObject(notFound);
  });

  it('reports an invalid app id, and an IR that is not an object', async () => {
    await expect(deployIr('Bad Id', {})).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['app_id'] }] } });
    await expect(deployIr('links', 'ir' as never)).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['ir_dict'] }] },
    });
  });

  it('happens once per Idempotency-Key', async () => {
    await create('once');
    const keyed = () => deployIr('once', irOf('once'), asUser('ada', { idempotencyKey: 'deploy-1' }));
    const [first, second] = await Promise.all([keyed(), keyed()]);
    expect(second).toEqual(first);
    expect(await deploysOf('once')).toHaveLength(1);
    expect(await revisionOf('once')).toBe(1);
  });
});
