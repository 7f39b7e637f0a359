import { portal } from '@skep/contracts/portal';
import type { Ctx } from '@skep/platform';
import { asUser } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { administrator, irOf, notFound } from './portal.js';
import { ada, reviewing, zoe } from './reviewing.js';

const { harness, ready, submit, approve } = reviewing();
const read = (app_id: string, ctx: Ctx = administrator()) => harness().call(portal.getAppReview, ctx, { app_id });
const preview = (app_id: string, ctx: Ctx = ada) => harness().call(portal.previewAppReview, ctx, { app_id });

/** The second release of an app: it lists nothing, and may delete. */
const laterIr = (app_id: string) => {
  const ir = irOf(app_id, '2.0.0');
  const remove = { kind: 'declarative', steps: [{ id: 's1', op: 'store.delete', args: { kind: 'link', id: '{{event.id}}' } }] };
  const wipe = {
    name: 'wipe',
    description: 'Deletes a link.',
    action_type: 'destructive',
    params_schema: { type: 'object' },
    impl: remove,
  };
  return { ...ir, app: { ...ir.app, functions: [ir.app.functions[0], wipe] } };
};

describe('an app under review', () => {
  it('is shown as it was submitted, with what it may do and costs beside the approved release', async () => {
    await ready('first');
    await submit('first');
    expect(await read('first')).toMatchObject({
      app: { app_id: 'first', name: 'Link Saver', revision: 1 },
      waiting_since: expect.any(Date),
      proposed: { revision: 1, version: '1.0.0', capabilities: { reads: ['list_links'], writes: ['save_link'] }, pricing_model: 'free' },
      approved: null,
      is_own: false,
    });
    await approve('first');
    await harness().call(portal.suspendApp, ada, { app_id: 'first' });
    await harness().call(portal.updateApp, ada, {
      ...{ app_id: 'first', pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: 3 } } },
    });
    await harness().deployIr(ada, 'first', laterIr('first'));
    await submit('first');
    await harness().deployIr(ada, 'first', irOf('first', '3.0.0'));
    expect(await read('first')).toMatchObject({
      proposed: { revision: 2, capabilities: { reads: [], destructive: ['wipe'] }, pricing_config: { tool_prices: { save_link: 3 } } },
      approved: { revision: 1, capabilities: { reads: ['list_links'], destructive: [] }, pricing_config: null },
    });
  });

  it('says that it is the caller’s own, who cannot decide', async () => {
    const own = asUser('ada', { role: 'admin', scopes: ['*'] });
    await ready('owned');
    await submit('owned');
    expect(await read('owned', own)).toMatchObject({ is_own: true });
  });

  it('is for administrators of the operator, and only while it waits', async () => {
    await ready('waiting');
    await expect(read('waiting')).rejects.toMatchObject({ body: { code: 'not_pending' } });
    await expect(read('none')).rejects.toMatchObject(notFound);
    await submit('waiting');
    for (const ctx of [ada, asUser('zoe', { tenant: 'imp_t_other', role: 'admin', scopes: ['*'] })])
      await expect(read('waiting', ctx)).rejects.toMatchObject({ body: { status: 403 } });
  });
});

describe('what a reviewer would see', () => {
  it('is for the developer of the app: what waits, else what a submission would contain, with its checks', async () => {
    await ready('seen');
    expect(await preview('seen')).toMatchObject({ waiting_since: null, proposed: { revision: 1 }, is_own: true });
    expect((await preview('seen')).checks.every(({ passed }) => passed)).toBe(true);
    await submit('seen');
    await harness().deployIr(ada, 'seen', laterIr('seen'));
    expect(await preview('seen')).toMatchObject({ waiting_since: expect.any(Date), proposed: { revision: 1 } });
    for (const ctx of [asUser('bob'), zoe]) await expect(preview('seen', ctx)).rejects.toMatchObject(notFound);
  });

  it('says what is missing before the first deploy', async () => {
    await harness().create(ada, { app_id: 'empty', name: 'Empty' });
    const { checks } = await preview('empty');
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toContain('has_successful_deploy');
  });
});
