import { kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernel({ beside: ['registry', 'automation'] });
  await harness.publishApp('links', [
    fn('save', [{ id: 's1', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } }]),
    fn('list', [{ id: 's1', op: 'store.list', args: { kind: 'link', where: '{{event.where}}' } }]),
    fn('echo', [{ id: 's1', op: 'navigate', args: { url: '{{event.text}}' } }]),
  ]);
});
afterAll(() => harness?.close());

const call = (name: string, params?: object, ctx?: Ctx, app_id = 'links') => harness.run(app_id, name, params, ctx);
const events = (type: string) => harness.events(type);

describe('a batch', () => {
  const batch = (calls: { function: string; params: Record<string, unknown> }[], ctx: Ctx = ada(), app_id = 'links') =>
    harness.call(kernel.callFunctions, ctx, { app_id, user_id: ctx.user, tenant_id: 'default', calls });
  const item = (name: string, params: Record<string, unknown> = {}) => ({ function: name, params });

  it('answers in the order of its calls, and one error does not affect the others', async () => {
    const names = [...Array(25).keys()].map((i) => (i % 5 === 3 ? item('no_such') : item('save', { url: `https://batch/${i}` })));
    const results = await batch(names);
    expect(results.map(({ status }) => status)).toEqual(names.map(({ function: name }) => (name === 'save' ? 'success' : 'error')));
    const ids = results.map(({ data }) => (data as { prev: { id: string } } | null)?.prev.id);
    const rows = await harness.query('select id, data from document where id = any($1)', [ids.filter(Boolean)]);
    const urlOf = new Map(rows.map(({ id, data }) => [id, (data as { url: string }).url]));
    ids.forEach((id, i) => id && expect(urlOf.get(id)).toBe(`https://batch/${i}`));
  });

  it('happens once for an Idempotency-Key, each of its calls separately', async () => {
    const ctx = ada({ idempotencyKey: 'batch-once' });
    const first = await batch([item('save', { url: 'https://b1' }), item('save', { url: 'https://b1' })], ctx);
    expect(await batch([item('save', { url: 'https://b1' }), item('save', { url: 'https://b1' })], ctx)).toEqual(first);
    expect(await call('list', { where: { url: 'https://b1' } })).toMatchObject({ data: { prev: { count: 2 } } });
  });

  it('with too large results replaces those that do not fit by errors', async () => {
    const results = await batch([...Array(12).keys()].map(() => item('echo', { text: 'z'.repeat(40_000) })));
    expect(results.filter(({ status }) => status === 'success').length).toBeGreaterThan(4);
    expect(results.at(-1)?.error).toContain('too large together');
  });

  it('has 1 to 50 calls of an installed app, for the caller', async () => {
    await expect(batch([])).rejects.toMatchObject({ body: { code: 'invalid_input' } });
    await expect(batch([...Array(51).keys()].map(() => item('list')))).rejects.toMatchObject({ body: { code: 'invalid_input' } });
    await expect(batch([item('list')], bob())).rejects.toMatchObject({ body: { code: 'app_not_installed' } });
    const forBob = harness.call(kernel.callFunctions, ada(), {
      app_id: 'links',
      user_id: 'imp_u_bob',
      tenant_id: 'default',
      calls: [item('list')],
    });
    await expect(forBob).rejects.toMatchObject({ body: { code: 'forbidden' } });
  });
});

describe('a built-in extension', () => {
  it('answers what its operation answers, with times as text', async () => {
    const rule = `insert into rule (tenant_id, user_id, prompt, cooldown_seconds, max_per_hour, max_iterations) values ($1, $2, 'Greet me', 0, 0, 0) returning id`;
    const [{ id: rule_id } = {}] = await harness.infra.query('automation', rule, ['default', ada().user]);
    const paused = await call('pause_rule', { rule_id: Number(rule_id) }, ada(), 'automations');
    expect(paused).toMatchObject({
      status: 'success',
      summary: 'Automation paused',
      error: null,
      data: { prompt: 'Greet me', status: 'paused' },
    });
    expect((paused.data as { created_at: unknown }).created_at).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(await call('list_rules', {}, ada(), 'automations')).toMatchObject({ data: [{ prompt: 'Greet me' }] });
    const [line] = await harness.query(`select * from action where app_id = 'automations' and tool_name = 'pause_rule'`);
    expect(line).toMatchObject({ status: 'success', action_type: 'write' });
    expect(await events('automations.pause_rule')).toHaveLength(1);
  });

  it('turns a problem into an error that names the fields', async () => {
    const wrong = await call('create_rule', { prompt: '', max_per_hour: -1 }, ada(), 'automations');
    expect(wrong).toMatchObject({ status: 'error', error_code: 'INVALID_INPUT', retryable: false });
    expect(wrong.error).toMatch(/prompt.*max_per_hour/);
    expect(await call('pause_rule', { rule_id: 999 }, ada(), 'automations')).toMatchObject({ error_code: 'AUTOMATION_NOT_FOUND' });
  });

  it('is temporarily unavailable while its service is down', async () => {
    const unavailable = await call('get_balance', {}, ada(), 'billing');
    expect(unavailable).toMatchObject({ status: 'error', retryable: true });
    expect(unavailable.error).toContain('temporarily unavailable');
  });

  it('requires the scope of each function from its caller: alone, in a batch and in a step of an app', async () => {
    const narrow = ada({ scopes: ['automations:read'] });
    const params = { prompt: 'Nobody may make this' };
    const calls = [
      { function: 'create_rule', params },
      { function: 'list_rules', params: {} },
    ];
    const steps = [{ id: 's1', op: 'call', args: { app_id: 'automations', function: 'list_rules', params: {} } }];
    await harness.publishApp('helper', [fn('list', steps)], { capabilities: ['automations:read'] });
    const without = (scope: string) => ({ status: 'error', error_code: 'PERMISSION_DENIED', error: expect.stringContaining(`"${scope}"`) });
    const denied = without('automations:write');
    const batch = { app_id: 'automations', user_id: narrow.user, tenant_id: 'default', calls };
    expect(await call('create_rule', params, narrow, 'automations')).toMatchObject(denied);
    expect(await harness.call(kernel.callFunctions, narrow, batch)).toMatchObject([denied, { status: 'success' }]);
    expect(await harness.infra.query('automation', 'select id from rule where prompt = $1', [params.prompt])).toEqual([]);
    const blind = ada({ scopes: ['extensions:call'] });
    expect(await call('list', {}, blind, 'helper')).toMatchObject(without('automations:read'));
    expect(await call('list', {}, narrow, 'helper')).toMatchObject({ status: 'success' });
  });

  it('has no other functions than its own', async () => {
    expect(await call('explode', {}, ada(), 'billing')).toMatchObject({ error_code: 'UNKNOWN_SUB_FUNCTION' });
  });
});
