import type { Problem } from '@skep/contracts';
import { type CallResult, type Confirmation, kernel, type UpdateSettings } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let model: LanguageModel;

const save = { id: 's1', op: 'store.create', args: { kind: 'note', data: { text: '{{event.text}}' } } };
const call = (name: string) => [{ id: 's1', op: 'call', args: { function: name, params: { text: '{{event.text}}' } } }];
const text = { params_schema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } };
const notes = [
  fn('add', [save], text),
  fn('list', [{ id: 's1', op: 'store.list', args: { kind: 'note' } }], { action_type: 'read' }),
  fn('remove', [{ id: 's1', op: 'store.delete', args: { kind: 'note', id: 'doc_none' } }], { action_type: 'destructive' }),
  fn('think', [{ id: 's1', op: 'ai.complete', args: { prompt: 'Hm?' } }]),
  fn('sly', call('add'), { action_type: 'read' }),
  fn('wrap', call('remove')),
  fn('purge', call('add'), { action_type: 'destructive' }),
];

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernel({ env: { SKEP_PUBLIC_URL: 'https://skep.example/' }, beside: ['registry', 'billing'] });
  await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
  await harness.publishApp('jotter', notes);
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});
beforeEach(() => choose({ confirmation_enabled: true, confirmation_actions: { write: true, destructive: true }, confirmation_ttl: 120 }));

const choose = (changes: UpdateSettings, ctx: Ctx = ada()) => harness.call(kernel.updateMySettings, ctx, changes);
const run = (name: string, params: object = {}, ctx?: Ctx, app_id = 'jotter') => harness.run(app_id, name, params, ctx);
const idOf = ({ data }: CallResult) => (data as { confirmation_id: string }).confirmation_id;
/** A call that waits. */
const pending = async (said: string) => idOf(await run('add', { text: said }));
const get = (confirmation_id: string, ctx: Ctx = ada()) => harness.call(kernel.getConfirmation, ctx, { confirmation_id });
const confirm = (confirmation_id: string, ctx: Ctx = ada()) => harness.call(kernel.confirmCall, ctx, { confirmation_id });
const cancel = (confirmation_id: string, ctx: Ctx = ada()) => harness.call(kernel.cancelCall, ctx, { confirmation_id });
const active = async (ctx: Ctx = ada()) =>
  (await harness.call(kernel.listActiveConfirmations, ctx, {})).confirmations.map(({ confirmation_id }) => confirmation_id);
const saved = (said: string) => harness.query(`select id from document where data ->> 'text' = $1`, [said]);
const announced = async (id: string) =>
  (await harness.query(`select type, user_id from feed_event where payload ->> 'id' = $1 order by id`, [id])).map(({ type }) => type);
const closed = { body: { code: 'confirmation_closed', status: 409 } };
const notFound = { body: { code: 'confirmation_not_found', status: 404 } };
const waits = { status: 'error', error_code: 'CONFIRMATION_REQUIRED' };

describe('a call that its user wants to confirm', () => {
  it('has not run, and shows what will', async () => {
    const result = await run('add', { text: 'shown' });
    const confirmation_id = idOf(result);
    const { expires_at, summary } = result.data as { expires_at: string; summary: string };
    expect(result).toMatchObject({ ...waits, retryable: false, data: { confirmation_id: expect.stringMatching(/^conf_/) } });
    expect(summary).toBe(`'add' of 'jotter' changes your data: {"text":"shown"}`);
    expect(await get(confirmation_id)).toEqual({
      ...{ confirmation_id, summary, kind: 'confirmation', status: 'pending', user_id: 'imp_u_ada' },
      ...{ app_id: 'jotter', function: 'add', action_type: 'write', params: { text: 'shown' } },
      params_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      trace_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      panel_url: `https://skep.example/app/confirmations/${confirmation_id}`,
      ...{ created_at: expect.any(Date), expires_at: new Date(expires_at), decided_at: null, result: null },
    });
    expect(await active()).toContain(confirmation_id);
    expect(await announced(confirmation_id)).toEqual(['confirmations.pending']);
    expect([await saved('shown'), await harness.actions('jotter', 'add')]).toEqual([[], []]);
  });

  it('keeps its params sealed', async () => {
    const id = await pending('a secret of mine');
    const [row] = await harness.query('select params from confirmation where id = $1', [id]);
    expect((row?.['params'] as Buffer).includes('a secret')).toBe(false);
  });

  it('is asked about in a batch, item by item', async () => {
    const calls = ['list', 'add', 'no_such'].map((name) => ({ function: name, params: { text: 'batch' } }));
    const results = await harness.call(kernel.callFunctions, ada(), {
      app_id: 'jotter',
      user_id: 'imp_u_ada',
      tenant_id: 'default',
      calls,
    });
    expect(results).toMatchObject([{ status: 'success' }, waits, { error_code: 'UNKNOWN_SUB_FUNCTION' }]);
    expect((await confirm(idOf(results[1]!))).result).toMatchObject({ status: 'success' });
  });

  it('is asked about once under an Idempotency-Key', async () => {
    const ctx = () => ada({ idempotencyKey: 'ask once' });
    const first = await run('add', { text: 'keyed' }, ctx());
    expect(await run('add', { text: 'keyed' }, ctx())).toEqual(first);
  });

  it('fails at once if it could not start', async () => {
    expect(await run('add', {})).toMatchObject({ error_code: 'VALIDATION_MISSING_FIELD' });
    const unable = ada({ scopes: ['automations:read'] });
    expect(await run('create_rule', { prompt: 'x' }, unable, 'automations')).toMatchObject({ error_code: 'PERMISSION_DENIED' });
  });

  it('is asked about by type, with exceptions by app and function', async () => {
    expect(await run('list')).toMatchObject({ status: 'success' });
    await choose({ confirmation_actions: { write: false } });
    expect([await run('add', { text: 'free' }), await run('remove')]).toMatchObject([{ status: 'success' }, waits]);
    await choose({ confirmation_overrides: { jotter: false, 'jotter/add': true } });
    expect([await run('add', { text: 'free' }), await run('remove')]).toMatchObject([waits, { status: 'success' }]);
    await choose({ confirmation_overrides: { jotter: null, 'jotter/add': null }, confirmation_enabled: false });
    expect([await run('add', { text: 'free' }), await run('remove')]).toMatchObject([{ status: 'success' }, { status: 'success' }]);
  });

  it('is not asked about for an automation, which cannot affect money', async () => {
    const perform = (app_id: string, name: string, params: Record<string, unknown>, who = ada()) =>
      harness.call(kernel.callForAutomation, who, { app_id, function: name, params });
    expect(await perform('jotter', 'add', { text: 'automatic' })).toMatchObject({ status: 'success' });
    expect(await saved('automatic')).toHaveLength(1);
    const [action] = await harness.query(`select source from action where tool_name = 'add' order by id desc limit 1`);
    expect(action).toEqual({ source: 'automation' });
    const payer = ada({ scopes: ['billing:write'] });
    const refused = { error_code: 'PERMISSION_DENIED', error: expect.stringContaining('affects what you pay') };
    expect(await perform('billing', 'change_plan', { plan: 'pro' }, payer)).toMatchObject(refused);
  });

  it('cannot hide in a function that seems to do less', async () => {
    const hidden = { status: 'error', error_code: 'PERMISSION_DENIED', error: expect.stringContaining('call it yourself') };
    expect(await run('sly', { text: 'hidden' })).toMatchObject(hidden);
    await choose({ confirmation_actions: { write: false } });
    expect([await run('sly', { text: 'open' }), await run('wrap')]).toMatchObject([{ status: 'success' }, hidden]);
    expect((await confirm(idOf(await run('purge', { text: 'purged' })))).result).toMatchObject({ status: 'success' });
    expect([await saved('hidden'), (await saved('purged')).length]).toEqual([[], 1]);
  });
});

describe('a confirmed call', () => {
  it('runs exactly as it was shown', async () => {
    const said = '“called” {{event.text}} \\ \u0007 ＡⅣ\r\n';
    const confirmed = await confirm(await pending(said));
    expect(confirmed).toMatchObject({ status: 'confirmed', params: { text: said }, decided_at: expect.any(Date) });
    expect(confirmed.result).toMatchObject({ status: 'success', summary: 'Saved.' });
    expect(await saved(said)).toHaveLength(1);
    expect(await active()).not.toContain(confirmed.confirmation_id);
    expect(await announced(confirmed.confirmation_id)).toEqual(['confirmations.pending', 'confirmations.confirmed']);
  });

  it('runs once, however many confirm it at the same time or later', async () => {
    const id = await pending('once');
    const acting = () => ada({ actor: 'service:panel' });
    const all = await Promise.all([confirm(id), confirm(id), confirm(id, acting()), confirm(id, acting())]);
    all.push(await confirm(id), await get(id));
    expect(all.map(({ result }) => result)).toEqual(Array<Confirmation['result']>(6).fill(all[0]!.result));
    expect(all[0]!.result).toMatchObject({ status: 'success' });
    expect(await saved('once')).toHaveLength(1);
  });

  it('that failed does not run again', async () => {
    model.mood = 500;
    const id = idOf(await run('think'));
    const failed = await confirm(id);
    expect(failed.result).toMatchObject({ status: 'error', error_code: 'BACKEND_5XX' });
    model.mood = 'answer';
    const asked = model.asked.length;
    expect(await confirm(id)).toEqual(failed);
    expect(model.asked).toHaveLength(asked);
  });

  it('does not run if the stored params are not those that were shown', async () => {
    const [shown, other] = [await pending('as shown'), await pending('another')];
    const hash = (await get(other)).params_hash;
    await harness.query('update confirmation set params_hash = $2 where id = $1', [shown, hash]);
    expect((await confirm(shown)).result).toMatchObject({ status: 'error', error_code: 'CONFLICT' });
    expect(await saved('as shown')).toEqual([]);
  });

  it('does not run if its app was updated since, or is disabled', async () => {
    await harness.publishApp('young', notes);
    const [old, shown] = [await run('add', { text: 'young' }, ada(), 'young'), await run('add', { text: 'young' }, ada(), 'young')];
    await harness.call(registry.disableExtension, ada(), { app_id: 'young' });
    await waitUntil(
      'the change',
      async () => (await run('list', {}, ada(), 'young').catch(({ body }: Problem) => body.code)) === 'app_disabled',
    );
    expect((await confirm(idOf(old))).result).toMatchObject({ status: 'error', error_code: 'APP_DISABLED' });
    await harness.call(registry.enableExtension, ada(), { app_id: 'young' });
    await harness.publishApp('young', [...notes, fn('new', [])]);
    await waitUntil('the update', async () => (await run('new', {}, ada(), 'young')).error_code === 'CONFIRMATION_REQUIRED');
    expect((await confirm(idOf(shown))).result).toMatchObject({ error_code: 'CONFLICT', error: expect.stringContaining('updated') });
    expect(await saved('young')).toEqual([]);
  });
});

describe('a confirmation', () => {
  it('of another user or tenant is not found', async () => {
    const id = await pending('others');
    for (const stranger of [bob(), ada({ tenant: 'imp_t_other' })]) {
      for (const decide of [get, confirm, cancel]) await expect(decide(id, stranger)).rejects.toMatchObject(notFound);
      expect(await active(stranger)).not.toContain(id);
    }
    expect([await active(), await saved('others')]).toEqual([expect.arrayContaining([id]), []]);
  });

  it('that is unknown is not found, and one without an id is invalid', async () => {
    for (const decide of [get, confirm, cancel]) {
      await expect(decide('conf_none')).rejects.toMatchObject(notFound);
      await expect(decide('')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
    }
  });

  it('that was cancelled never runs', async () => {
    const id = await pending('cancelled');
    const cancelled = await cancel(id);
    expect([cancelled.status, (await cancel(id)).status]).toEqual(['cancelled', 'cancelled']);
    await expect(confirm(id)).rejects.toMatchObject(closed);
    expect(await active()).not.toContain(id);
    expect(await announced(id)).toEqual(['confirmations.pending', 'confirmations.cancelled']);
    expect(await saved('cancelled')).toEqual([]);
  });

  it('that was confirmed cannot be cancelled', async () => {
    const { confirmation_id } = await confirm(await pending('done'));
    await expect(cancel(confirmation_id)).rejects.toMatchObject(closed);
  });

  it('that has expired does not run', async () => {
    await choose({ confirmation_ttl: 1 });
    const id = await pending('late');
    await waitUntil('the event', async () => (await announced(id)).includes('confirmations.expired'), 10_000);
    for (const decide of [confirm, cancel]) await expect(decide(id)).rejects.toMatchObject(closed);
    expect(await active()).not.toContain(id);
    expect([(await get(id)).status, await saved('late')]).toEqual(['expired', []]);
  });

  it('does not run from the moment of its expiry, although nothing has noted that yet', async () => {
    const id = await pending('just now');
    await harness.query('update confirmation set expires_at = now() where id = $1', [id]);
    await expect(confirm(id)).rejects.toMatchObject(closed);
    expect([(await get(id)).status, await active()]).toEqual(['expired', expect.not.arrayContaining([id])]);
    expect(await saved('just now')).toEqual([]);
  });

  it('is one of at most a hundred that wait for a user', async () => {
    const cy = () => bob({ user: 'imp_u_cy', scopes: ['billing:write'] });
    const ask = () => run('change_plan', { plan_id: 'pro' }, cy(), 'billing');
    for (let i = 0; i < 100; i++) await ask();
    expect(await active(cy())).toHaveLength(100);
    await expect(ask()).rejects.toMatchObject({ body: { code: 'too_many_requests' } });
    await cancel((await active(cy()))[0]!, cy());
    expect(await ask()).toMatchObject(waits);
  });
});

describe('operate', () => {
  const operate = (name: string, params: object = {}, ctx: Ctx = ada(), app_id = 'jotter', user_id = ctx.user) =>
    harness.call(kernel.operateFunction, ctx, {
      ...{ app_id, user_id, tenant_id: 'default', function: name, params: params as Record<string, unknown>, confirmation_bypassed: true },
    });

  it('answers with the result, or the failure, of a call that needs no confirmation', async () => {
    expect(await operate('list')).toMatchObject({ kind: 'tool_result', content: { status: 'success', error: null } });
    expect(await operate('no_such')).toMatchObject({ kind: 'tool_result', content: { error: expect.stringContaining('no_such') } });
  });

  it('answers with the confirmation of one that does, whatever the caller claims', async () => {
    const answer = await operate('add', { text: 'operated' });
    expect(answer).toEqual({
      kind: 'confirmation',
      confirmation_id: expect.stringMatching(/^conf_/),
      summary: expect.stringContaining('operated'),
      panel_url: expect.stringContaining('https://skep.example/app/'),
      expires_at: expect.any(Date),
    });
    expect(await saved('operated')).toEqual([]);
  });

  it('lets what affects money wait for the panel, whatever the settings', async () => {
    await choose({ confirmation_enabled: false, confirmation_overrides: { billing: false } });
    const scopes = ['billing:*'];
    const answer = await operate('change_plan', { plan_id: 'no-such-plan' }, ada({ scopes }), 'billing');
    expect(answer).toMatchObject({ kind: 'panel_approval_required', summary: expect.stringContaining('affects what you pay') });
    expect(await run('change_plan', { plan_id: 'no-such-plan' }, ada({ scopes }), 'billing')).toMatchObject(waits);
    expect((await confirm(answer.confirmation_id!, ada({ scopes }))).result).toMatchObject({ error_code: 'PLAN_NOT_FOUND' });
    await choose({ confirmation_overrides: { billing: null } });
  });

  it('that affects money is confirmed by its user alone, not by a service that acts for them', async () => {
    const scopes = ['billing:*'];
    const { confirmation_id: id } = await operate('change_plan', { plan_id: 'no-such-plan' }, ada({ scopes }), 'billing');
    const byService = ada({ scopes, actor: 'service:panel' });
    await expect(confirm(id!, byService)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    expect(await get(id!)).toMatchObject({ status: 'pending', decided_at: null, result: null });
    const confirmed = await confirm(id!, ada({ scopes }));
    expect(await confirm(id!, byService)).toEqual(confirmed);
  });

  it('is for the caller’s own apps', async () => {
    await expect(operate('list', {}, bob())).rejects.toMatchObject({ body: { code: 'app_not_installed' } });
    await expect(operate('list', {}, ada(), 'jotter', 'imp_u_bob')).rejects.toMatchObject({ body: { code: 'forbidden' } });
    await expect(operate('')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });
});
