import { billing } from '@skep/contracts/billing';
import { builtins } from '@skep/contracts/builtins';
import { portal } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bob, fn, type KernelHarness, startKernel } from './kernel.js';

let model: LanguageModel;
let harness: KernelHarness;
const zoe = (): Ctx => bob({ user: 'imp_u_zoe' });

const save = { id: 's1', op: 'store.create', args: { kind: 'link', data: {} } };
const calls = (app_id: string, name: string, params: object = {}) => [{ id: 's1', op: 'call', args: { app_id, function: name, params } }];
const chosen = [{ id: 's1', op: 'call', args: { app_id: '{{event.app}}', function: '{{event.fn}}', params: '{{event.params}}' } }];
const denied = (reason: string) => ({ status: 'error', error_code: 'PERMISSION_DENIED', error: expect.stringContaining(reason) });
const balance = async () => (await harness.call(billing.getBalance, zoe(), {})).balance;

interface Terms {
  tool_prices?: Record<string, number>;
  /** What Zoe consents to; default: what the app requests. */
  consent?: string[];
}

/** An approved app of Ada's that Zoe has installed. */
async function installed(app_id: string, functions: object[], capabilities: string[] = [], { tool_prices, consent }: Terms = {}) {
  await harness.publishApp(app_id, functions, { capabilities }, consent);
  const listed = { name: app_id, short_description: '', category: '', icon: '', tags: [], system: false, functions: [], permissions: [] };
  const pricing = { pricing_model: tool_prices ? 'per_action' : 'free', pricing_config: tool_prices ? { tool_prices } : null };
  const release = { app_id, developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0' };
  await harness.publish(portal.appApproved, { ...release, ...listed, ...pricing, approved_at: new Date() });
  await harness.call(registry.installApp, zoe(), { app_id, revision: 1 });
  await waitUntil('the approval', () => harness.call(registry.resolveCall, zoe(), { app_id }));
}
const run = (app_id: string, name: string, params: object = {}) => harness.run(app_id, name, params, zoe());

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernel({ beside: ['registry', 'billing'] });
  await startModels(harness, model, { SKEP_LLM_TIER: 'economy' });
  const steps = { save: [save], free: [save], think: [{ id: 'a1', op: 'ai.complete', args: { prompt: 'Hm?' } }] };
  await installed('links', [...Object.entries(steps).map(([name, steps]) => fn(name, steps)), fn('own', calls('links', 'save'))], [], {
    tool_prices: { save: 400 },
  });
  await installed(
    'roamer',
    [fn('go', chosen), fn('buy', calls('links', 'save'))],
    ['*', ...Object.keys(builtins).map((id) => `${id}:write`)],
  );
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

describe('an app that a user has installed', () => {
  it.each([
    ['store.create', save, ['store:read']],
    ['store.list', { id: 's1', op: 'store.list', args: { kind: 'link' } }, ['store:write']],
    ['ai.complete', { id: 's1', op: 'ai.complete', args: { prompt: 'Hm?' } }, ['store:write']],
    ['send', { id: 's1', op: 'send', args: { message: 'Hi' } }, ['store:write']],
    ['navigate', { id: 's1', op: 'navigate', args: { url: '/' } }, ['store:write']],
  ])('cannot run %s without the consent for it', async (op, step, held) => {
    const name = op.replace('.', '-');
    await installed(`with-${name}`, [fn('work', [step])]);
    expect(await run(`with-${name}`, 'work')).toMatchObject({ status: 'success' });
    await installed(`without-${name}`, [fn('work', [step])], [], { consent: held });
    expect(await run(`without-${name}`, 'work')).toMatchObject(denied(`${op}: the app lacks the permission`));
  });

  it('calls only the apps that they have consented to', async () => {
    await installed('wide', [fn('go', chosen)], ['links:write', 'roamer:write']);
    expect(await run('wide', 'go', { app: 'links', fn: 'free', params: {} })).toMatchObject({ status: 'success' });
    await installed('narrow', [fn('go', chosen)], ['links:write', 'roamer:write'], { consent: ['call:roamer:write'] });
    expect(await run('narrow', 'go', { app: 'links', fn: 'free', params: {} })).toMatchObject(denied(`'call:links:write'`));
  });

  it('may do no more than its release requests, even if they have consented to more', async () => {
    await installed('quiet', [fn('go', chosen)], ['roamer:write'], { consent: ['call:*:read', 'call:*:write', 'store:write'] });
    expect(await run('quiet', 'go', { app: 'links', fn: 'free', params: {} })).toMatchObject(denied(`'call:links:write'`));
  });

  it('reads a built-in extension only with a permission that names it, never by a wildcard', async () => {
    const wallet = { app: 'billing', fn: 'list_recent', params: {} };
    expect(await run('roamer', 'go', wallet)).toMatchObject(denied(`'call:billing:read'`));
    await installed('bookkeeper', [fn('go', chosen)], ['billing:read']);
    expect(await run('bookkeeper', 'go', wallet)).toMatchObject({ status: 'success' });
  });

  const writes = Object.entries(builtins).flatMap(([app, { functions }]) =>
    Object.entries(functions).flatMap(([name, { action_type }]) => (action_type === 'read' ? [] : [[app, name]])),
  );
  it.each(writes)('cannot call %s’s %s for them, whatever its permissions', async (app, name) => {
    expect(await run('roamer', 'go', { app, fn: name, params: {} })).toMatchObject(
      denied('through another app; this needs your confirmation'),
    );
  });
});

describe('a user’s credits', () => {
  it('are not spent on a priced function that another app calls, directly or through a free one', async () => {
    const before = await balance();
    const reason = 'affects what you pay through another app; this needs your confirmation';
    expect(await run('roamer', 'buy')).toMatchObject(denied(`'save' of 'links' ${reason}`));
    expect(await run('roamer', 'go', { app: 'links', fn: 'own', params: {} })).toMatchObject(denied(reason));
    expect(await balance()).toBe(before);
    expect(await run('roamer', 'go', { app: 'links', fn: 'free', params: {} })).toMatchObject({ status: 'success' });
  });

  it('are not spent on a language model that a function called by another app uses', async () => {
    const asked = model.asked.length;
    expect(await run('roamer', 'go', { app: 'links', fn: 'think', params: {} })).toMatchObject(denied('affects what you pay'));
    expect(model.asked).toHaveLength(asked);
  });

  it('are spent on what they call themselves, also if the app calls its own function', async () => {
    const before = await balance();
    expect(await run('links', 'own')).toMatchObject({ status: 'success' });
    expect(await balance()).toBe(before - 400);
  });
});
