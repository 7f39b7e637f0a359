import type { Ctx } from '@skep/platform';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernel();
  await harness.publishApp(
    'links',
    [
      fn('save', [{ id: 's1', op: 'store.create', args: { kind: 'link', data: { url: '{{event.url}}' } } }]),
      fn('list', [{ id: 's1', op: 'store.list', args: { kind: 'link', where: '{{event.where}}' } }], { action_type: 'read' }),
      fn('outer', [{ id: 's1', op: 'call', args: { function: 'save', params: { url: 'https://nested' } } }]),
      fn('circle_a', [{ id: 's1', op: 'call', args: { function: 'circle_b' } }]),
      fn('circle_b', [{ id: 's1', op: 'call', args: { function: 'circle_a' } }]),
      ...[...Array(8).keys()].map((i) => fn(`deep${i}`, i === 7 ? [] : [{ id: 's1', op: 'call', args: { function: `deep${i + 1}` } }])),
    ],
    {
      ui: {
        panels: [
          { panel_id: 'still', slot: 'left', title: 'Still', render: { kind: 'static', tree: { type: 'Text', props: { content: 'hi' } } } },
          {
            panel_id: 'moving',
            slot: 'left',
            title: 'Moving',
            render: { kind: 'template', tree: { type: 'Text', props: { content: '{{event.word}} {{args.word}}' } } },
          },
          {
            panel_id: 'saved',
            slot: 'center',
            refresh: 'on_event:links.save',
            render: {
              kind: 'template',
              steps: [{ id: 'all', op: 'store.list', args: { kind: 'link', where: { url: '{{event.url}}' } } }],
              tree: {
                type: 'List',
                props: {
                  items: { $repeat: '{{steps.all.docs}}', as: 'link', node: { type: 'Text', props: { content: '{{link.data.url}}' } } },
                },
              },
            },
          },
        ],
      },
    },
  );
});
afterAll(() => harness?.close());

const call = (name: string, params?: object, ctx?: Ctx, app_id = 'links') => harness.run(app_id, name, params, ctx);
const actions = (tool: string) => harness.actions('links', tool);
const events = (type: string) => harness.events(type);

describe('a nested call', () => {
  it('runs, and its action names the outer one', async () => {
    const result = await call('outer');
    expect(result).toMatchObject({ status: 'success', data: { steps: { s1: { steps: { s1: { id: expect.stringMatching(/^doc_/) } } } } } });
    const outer = (await actions('outer')).at(-1);
    expect((await actions('save')).at(-1)).toMatchObject({ chain_id: outer?.['id'], trace_id: outer?.['trace_id'] });
  });

  it('must not call itself', async () => {
    expect((await call('circle_a')).error).toContain('calls itself');
  });

  it('may be nested at most six levels deep', async () => {
    expect(await call('deep1')).toMatchObject({ status: 'success' });
    expect((await call('deep0')).error).toContain('nested more than 6 levels deep');
  });

  it('reaches another app only with a capability, and only if the caller has installed that app', async () => {
    const reach = (app_id: string) => [
      fn('reach', [{ id: 's1', op: 'call', args: { app_id, function: 'save', params: { url: 'https://far' } } }]),
    ];
    await harness.publishApp('modest', reach('links'));
    await harness.publishApp('bold', reach('links'), { capabilities: ['links:write'] });
    await harness.publishApp('lost', reach('no-such-app'), { capabilities: ['*'] });
    expect(await call('reach', {}, ada(), 'modest')).toMatchObject({ status: 'error', error_code: 'PERMISSION_DENIED' });
    expect(await call('reach', {}, ada(), 'bold')).toMatchObject({ status: 'success' });
    expect(await call('list', { where: { url: 'https://far' } })).toMatchObject({ data: { prev: { count: 1 } } });
    expect(await call('reach', {}, ada(), 'lost')).toMatchObject({ status: 'error', error_code: 'APP_NOT_INSTALLED' });
  });
});

describe('a panel', () => {
  it('is shown as it is, or filled with the params', async () => {
    const tree = { type: 'Text', props: { content: 'hi' } };
    expect(await call('__panel__still')).toEqual({
      status: 'success',
      data: { ui: tree, panel_id: 'still' },
      summary: 'Still',
      error: null,
      ui: tree,
    });
    expect(await call('__panel__moving', { word: 'go' })).toMatchObject({ ui: { type: 'Text', props: { content: 'go go' } } });
  });

  it('shows what its steps read', async () => {
    await call('save', { url: 'https://shown' });
    const items = [{ type: 'Text', props: { content: 'https://shown' } }];
    expect(await call('__panel__saved', { url: 'https://shown' })).toMatchObject({
      status: 'success',
      ui: { type: 'List', props: { items } },
    });
    expect(await call('__panel__saved', { url: 'https://none' })).toMatchObject({ ui: { props: { items: [] } } });
  });

  it('is recorded but causes no event, so that it cannot refresh itself', async () => {
    await call('__panel__still');
    expect((await actions('__panel__still')).at(-1)).toMatchObject({ source: 'panel', action_type: 'read', status: 'success' });
    expect(await events('links.__panel__still')).toEqual([]);
  });
});

describe('a release', () => {
  it('runs in its newest revision for its developer at once', async () => {
    await harness.publishApp('fresh', [fn('old', [])]);
    expect(await call('old', {}, ada(), 'fresh')).toMatchObject({ status: 'success', summary: 'Done.' });
    await harness.publishApp('fresh', [fn('new', [])]);
    expect(await call('new', {}, ada(), 'fresh')).toMatchObject({ status: 'success' });
    expect(await call('old', {}, ada(), 'fresh')).toMatchObject({ error_code: 'UNKNOWN_SUB_FUNCTION' });
  });

  it('that cannot run answers the reason', async () => {
    await harness.publishApp('broken', [fn('x', [{ id: 's1', op: 'store.explode', args: {} }])]);
    expect((await call('x', {}, ada(), 'broken')).error).toContain('store.explode');
  });
});
