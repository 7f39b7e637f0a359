import { kernel } from '@skep/contracts/kernel';
import { AppNotInstalled, registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernel({ beside: ['registry', 'models'] });
  await harness.publishApp('links', [
    fn('save', [{ id: 's1', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}', tag: '{{event.tag}}' } } }], {
      params_schema: { type: 'object', properties: { url: { type: 'string' }, tag: { type: 'string' } }, required: ['url'] },
      event: 'saved',
    }),
    fn('list', [{ id: 's1', op: 'store.list', args: { kind: 'link', where: '{{event.where}}' } }], { action_type: 'read' }),
    fn('big', [{ id: 's1', op: 'store.list', args: { kind: 'big' } }], { action_type: 'read' }),
    fn('fill', [{ id: 's1', op: 'store.create', args: { kind: 'big', data: { text: '{{event.text}}' } } }]),
    fn('greet', [
      { id: 's1', op: 'send', args: { message: 'Hello {{event.name}}', channel: 'chat' } },
      { id: 's2', op: 'navigate', args: { url: '/there' } },
    ]),
    fn('greet_and_fail', [
      { id: 's1', op: 'send', args: { message: 'Never said' } },
      { id: 's2', op: 'call', args: { function: 'think' } },
    ]),
    fn('think', [{ id: 's1', op: 'ai.complete', args: { prompt: 'Hm?' } }]),
  ]);
});
afterAll(() => harness?.close());

const call = (name: string, params?: object, ctx?: Ctx, app_id = 'links') => harness.run(app_id, name, params, ctx);
const actions = (tool: string) => harness.actions('links', tool);
const events = (type: string) => harness.events(type);

describe('a call', () => {
  it('saves documents for the next call', async () => {
    const saved = await call('save', { url: 'https://example.com' });
    expect(saved).toEqual({
      status: 'success',
      data: { steps: { s1: { id: expect.stringMatching(/^doc_/) } }, prev: { id: expect.stringMatching(/^doc_/) } },
      summary: 'Saved.',
      error: null,
      ui: null,
    });
    const listed = await call('list');
    expect(listed).toMatchObject({
      status: 'success',
      summary: 'Found 1.',
      data: { prev: { count: 1, docs: [{ data: { url: 'https://example.com' } }] } },
    });
  });

  it('records one action, feed events for the caller and one event for other services', async () => {
    await call('save', { url: 'https://ledger', tag: 'x', password: 'hunter2' });
    const action = (await actions('save')).at(-1)!;
    expect(action).toMatchObject({
      user_id: 'imp_u_ada',
      source: 'api',
      action_type: 'write',
      status: 'success',
      chain_id: null,
      error: null,
    });
    expect(action['message_preview']).toContain('https://ledger');
    expect(action['message_preview']).not.toContain('hunter2');
    for (const type of ['links.save', 'links.saved']) {
      const event = (await events(type)).at(-1);
      expect(event).toMatchObject({ user_id: 'imp_u_ada', tenant_id: 'default' });
      expect(event?.['payload']).toMatchObject({ scope: 'links', id: action['id'], actor: 'imp_u_ada', data: { status: 'success' } });
    }
    const finished = await harness.query(
      `select call as payload from outbox, jsonb_array_elements(payload -> 'calls') call where call ->> 'action_id' = $1`,
      [action['id']],
    );
    expect(finished).toEqual([
      { payload: expect.objectContaining({ app_id: 'links', function: 'save', status: 'success', user_id: 'imp_u_ada' }) },
    ]);
  });

  it('names the missing field, and is recorded as rejected', async () => {
    const result = await call('save', {});
    expect(result).toMatchObject({ status: 'error', data: null, summary: null, error_code: 'VALIDATION_MISSING_FIELD', retryable: false });
    expect(result.error).toContain('url');
    expect((await actions('save')).at(-1)).toMatchObject({ status: 'validation_rejected' });
    expect((await events('links.saved')).at(-1)?.['payload']).toMatchObject({ data: { status: 'success' } });
  });

  it.each(['no_such_function', '__webhook__x', '__proto__', 'constructor', 'tool_links_chat', '__panel__nope'])(
    'of %s is an error that names it',
    async (name) => {
      const result = await call(name);
      expect(result).toMatchObject({ status: 'error', error_code: 'UNKNOWN_SUB_FUNCTION' });
      expect(result.error).toContain(name.replace('__panel__', ''));
    },
  );

  it('of an app that the caller has not installed is not found', async () => {
    await expect(call('list', {}, bob())).rejects.toMatchObject({ body: { code: AppNotInstalled.code, status: 404 } });
    await expect(call('list', {}, ada({ tenant: 'imp_t_other', user: 'imp_u_eve' }))).rejects.toMatchObject({ body: { status: 404 } });
    await expect(call('list', {}, ada(), 'no-such-app')).rejects.toMatchObject({ body: { code: AppNotInstalled.code } });
  });

  it('of an app that the caller has disabled is forbidden', async () => {
    await harness.publishApp('sleepy', [fn('nap', [])]);
    await harness.call(registry.disableExtension, ada(), { app_id: 'sleepy' });
    await expect(call('nap', {}, ada(), 'sleepy')).rejects.toMatchObject({ body: { code: 'app_disabled', status: 403 } });
  });

  it('for another user is forbidden', async () => {
    const input = { app_id: 'links', tenant_id: 'default', function: 'list', params: {} };
    await expect(harness.call(kernel.callFunction, ada(), { ...input, user_id: 'imp_u_bob' })).rejects.toMatchObject({
      body: { code: 'forbidden', status: 403 },
    });
    const elsewhere = { ...input, user_id: 'imp_u_ada', tenant_id: 'imp_t_other' };
    await expect(harness.call(kernel.callFunction, ada(), elsewhere)).rejects.toMatchObject({ body: { status: 403 } });
  });

  it('names the fields of an invalid input', async () => {
    const wrong = harness.call(kernel.callFunction, ada(), {
      app_id: 'X',
      user_id: 'imp_u_ada',
      tenant_id: 'default',
      function: '',
      params: {},
    });
    await expect(wrong).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['app_id'] }, { loc: ['function'] }] } });
  });

  it('sends a step’s message to the caller, and returns its directives', async () => {
    const result = await call('greet', { name: 'Ada' });
    expect(result).toMatchObject({
      status: 'success',
      summary: 'Opening.',
      data: { directives: [{ action: 'send' }, { action: 'navigate', url: '/there' }] },
    });
    const message = (await events('chat_message')).at(-1)!;
    expect(message).toMatchObject({
      user_id: 'imp_u_ada',
      payload: { message_id: expect.stringMatching(/^msg_/), text: 'Hello Ada', channel: 'chat' },
    });
  });

  it('sends no message if it fails, and names the settings of a language model', async () => {
    const result = await call('greet_and_fail');
    expect(result).toMatchObject({ status: 'error', error_code: 'LLM_NOT_CONFIGURED' });
    expect(result.error).toContain('SKEP_LLM_PROVIDER');
    expect(JSON.stringify(await events('chat_message'))).not.toContain('Never said');
  });

  it('with a result over 256 KiB is an error', async () => {
    for (let i = 0; i < 3; i++) await call('fill', { text: 'x'.repeat(100_000) });
    const result = await call('big');
    expect(result).toMatchObject({ status: 'error', data: null });
    expect(result.error).toContain('256 KiB');
  });

  it('with an Idempotency-Key happens once', async () => {
    const key = ada({ idempotencyKey: 'once' });
    const answers = await Promise.all([1, 2, 3].map(() => call('save', { url: 'https://once' }, key)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await call('list', { where: { url: 'https://once' } })).toMatchObject({ data: { prev: { count: 1 } } });
  });
});
