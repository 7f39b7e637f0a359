import { kernel } from '@skep/contracts/kernel';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, fn, irOf, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernel({ beside: [] });
});
afterAll(() => harness?.close());

const keep = fn('keep', [
  { id: 'make', op: 'store.create', args: { kind: 'mark', data: { url: '{{event.url}}' } } },
  { id: 'all', op: 'store.list', args: { kind: 'mark', where: { url: '{{event.url}}' } } },
]);
const ir = irOf(
  'marks',
  [
    keep,
    fn('think', [{ id: 's', op: 'ai.complete', args: { prompt: 'x' } }]),
    fn('ring', [{ id: 's', op: 'call', args: { function: 'keep' } }]),
  ],
  {
    ui: { panels: [{ panel_id: 'p', slot: 'left', title: 'P', render: { kind: 'static', tree: {} } }] },
  },
);

describe('checking an IR', () => {
  const check = (input: Record<string, unknown>, app_id = 'marks') => harness.call(kernel.checkIr, ada(), { app_id, ir: input });

  it('answers the parsed app', async () => {
    const verdict = await check(ir);
    expect(verdict).toMatchObject({ faults: [], normalised: false, version: '1.0.0', name: 'An app', steps: 4 });
    expect(verdict.functions).toMatchObject([
      { name: 'keep', action_type: 'write', params_schema: {} },
      { name: 'think' },
      { name: 'ring' },
    ]);
    expect(verdict.panels).toEqual([{ panel_id: 'p', slot: 'left', title: 'P', icon: '' }]);
    expect(verdict.ir).toMatchObject({ app: { id: 'marks' } });
  });

  it('answers the app’s permissions, each with an id and a sentence', async () => {
    const steps = [
      { id: 's1', op: 'call', args: { app_id: 'billing', function: 'list_recent' } },
      { id: 's2', op: 'call', args: { app_id: '{{event.app}}', function: 'save' } },
      { id: 's3', op: 'send', args: { message: 'Hi' } },
    ];
    const { permissions } = await check(irOf('marks', [fn('look', steps)], { capabilities: ['*', 'billing:*'] }));
    expect(permissions).toEqual([
      { id: 'call:*:read', description: 'Read data for you through every app that you have installed.' },
      { id: 'call:*:write', description: 'Change data for you through every app that you have installed.' },
      { id: 'call:billing:read', description: 'Read data for you through Billing.' },
      { id: 'chat:send', description: 'Send you chat messages.' },
    ]);
  });

  it('converts the flat form to an envelope', async () => {
    const steps = [{ id: 's1', kind: 'declarative', action: 'store.create', params: { collection: 'note', data: { title: '{{title}}' } } }];
    const verdict = await check({ app_id: 'marks', version: '1.0.0', steps });
    expect(verdict).toMatchObject({ faults: [], normalised: true, functions: [{ name: 'run' }] });
  });

  it('answers every fault with its location, and no IR', async () => {
    const verdict = await check(irOf('marks', [fn('x', [{ id: 's', op: 'store.explode', args: {} }])]));
    expect(verdict).toMatchObject({
      ir: null,
      functions: [],
      steps: 0,
      faults: [{ path: expect.stringContaining('app.functions.0'), message: expect.stringContaining('store.explode') }],
    });
    expect((await check(ir, 'another')).faults).not.toEqual([]);
  });
});

describe('a smoke run', () => {
  const smoke = (name: string, args: Record<string, unknown> = {}, more = {}, input = ir) =>
    harness.call(kernel.smokeIr, ada(more), { ir_dict: input, function: name, args });
  const rows = async () => harness.query('select id from document');

  it('reads its own writes, and leaves nothing behind', async () => {
    const tried = await smoke('keep', { url: 'https://a' });
    expect(tried).toMatchObject({ ok: true, result: { prev: { count: 1, docs: [{ data: { url: 'https://a' } }] } } });
    expect(tried.trace).toMatchObject([
      { step: 'make', op: 'store.create' },
      { step: 'all', op: 'store.list' },
    ]);
    expect(await rows()).toEqual([]);
  });

  it('leaves nothing behind under an Idempotency-Key either, whose answer is kept', async () => {
    const first = await smoke('keep', { url: 'https://b' }, { idempotencyKey: 'k' });
    expect(await smoke('keep', { url: 'https://b' }, { idempotencyKey: 'k' })).toEqual(first);
    expect(await rows()).toEqual([]);
  });

  it('refuses ai.complete and call', async () => {
    expect(await smoke('think')).toMatchObject({
      ok: false,
      result: { error: expect.stringContaining('ai.complete') },
      trace: [{ step: 's', error: 'PERMISSION_DENIED' }],
    });
    expect(await smoke('ring')).toMatchObject({ ok: false, result: { error: expect.stringContaining('call') } });
  });

  it('answers the faults of the IR, or an unknown function', async () => {
    expect(await smoke('nope')).toMatchObject({ ok: false, result: { error_code: 'UNKNOWN_SUB_FUNCTION' } });
    expect(await smoke('x', {}, {}, { app: {} })).toMatchObject({ ok: false, trace: [] });
    await expect(smoke('')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });
});
