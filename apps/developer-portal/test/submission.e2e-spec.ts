import { portal } from '@skep/contracts/portal';
import { asUser, waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { administrator, irOf, notFound, tooling } from './portal.js';
import { ada, zoe, reviewing } from './reviewing.js';

const { harness, ready, submit, approve, reject, pending, appOf, approved, reviews } = reviewing();

/** An IR without its read function. */
const irWithoutRead = (app_id: string, version: string) => {
  const { app, ...rest } = irOf(app_id, version);
  return { ...rest, app: { ...app, functions: app.functions.slice(0, 1) } };
};

describe('submitting an app', () => {
  it('fails with the failing checks listed, before any deploy', async () => {
    await harness().call(portal.createApp, ada, {
      app_id: 'early',
      name: 'Early',
      category: '',
      icon: '',
      git_url: '',
      pricing_model: 'per_action',
    });
    const { status, submitted_at, checks } = await submit('early');
    expect([status, submitted_at]).toEqual(['failed', null]);
    expect(checks.filter(({ passed }) => !passed).map(({ name }) => name)).toEqual(
      ...[['has_successful_deploy', 'ir_valid', 'has_description', 'has_category', 'functions_described', 'has_prices']],
    );
    expect((await appOf('early')).status).toBe('draft');
  });

  it('starts a review, and returns a receipt', async () => {
    await ready('links');
    const receipt = await submit('links');
    expect(receipt).toMatchObject({ app_id: 'links', status: 'pending_review', submitted_at: expect.any(Date) });
    expect(receipt.checks.every(({ passed }) => passed)).toBe(true);
    expect(await appOf('links')).toMatchObject({ status: 'pending_review', submitted_at: receipt.submitted_at });
    const event = { app_id: 'links', developer_id: 'imp_u_ada', tenant_id: 'default', decision: 'submitted', reason: null };
    expect(await waitUntil('the event', () => reviews.find(({ app_id }) => app_id === 'links'))).toEqual(event);
  });

  it('again returns the same answer', async () => {
    const first = await submit('links');
    expect(await submit('links')).toEqual(first);
    expect(reviews.filter(({ app_id }) => app_id === 'links')).toHaveLength(1);
  });

  it('concurrently happens once', async () => {
    await ready('hasty');
    const [first, ...more] = await Promise.all([1, 2, 3].map(() => submit('hasty')));
    for (const receipt of more) expect(receipt).toEqual(first);
    expect(await harness().query(`select 1 from submission where app_id = 'hasty'`)).toHaveLength(1);
  });

  it('is refused to everyone but the app’s developer', async () => {
    for (const ctx of [asUser('bob'), asUser('ada', { tenant: 'imp_t_other' }), administrator(), tooling()])
      await expect(submit('links', ctx)).rejects.toMatchObject(notFound);
    await expect(submit('Bad Id')).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['app_id'] }] } });
  });
});

describe('the queue', () => {
  it('starts with the oldest submission, as it was submitted', async () => {
    await harness().call(portal.updateApp, ada, { app_id: 'links', name: 'Another name' });
    await harness().call(portal.deployIr, ada, { app_id: 'links', ir_dict: irWithoutRead('links', '2.0.0'), dev_mode: true });
    const {
      rows: [first, second],
    } = await harness().call(portal.listPending, administrator(), {});
    expect([first?.app_id, second?.app_id]).toEqual(['links', 'hasty']);
    expect(first).toMatchObject({
      name: 'Link Saver',
      display_name: 'Link Saver',
      status: 'pending_review',
      manifest_json: { version: '1.0.0' },
      revision: 1,
      permissions: [
        { id: 'store:read', description: 'Read the data that it keeps for you.' },
        { id: 'store:write', description: 'Create, change and delete the data that it keeps for you.' },
      ],
    });
    expect(await appOf('links')).toMatchObject({ revision: 2, permissions: [{ id: 'store:write' }] });
    expect(first?.tools_json.map(({ name }) => name)).toEqual(['save_link', 'list_links']);
  });

  it('contains all tenants’ apps for the operator’s administrators, and is refused to other tenants’', async () => {
    await ready('elsewhere', zoe);
    await submit('elsewhere', zoe);
    expect(await pending()).toEqual(['links', 'hasty', 'elsewhere']);
    expect(await pending(tooling())).toEqual(['links', 'hasty', 'elsewhere']);
    expect(await pending(asUser('reviewer', { scopes: ['admin:developer:review'] }))).toEqual(['links', 'hasty', 'elsewhere']);
    await expect(pending(administrator({ tenant: 'imp_t_other' }))).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
  });

  it('is for administrators and services', async () => {
    await expect(pending(ada)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
  });

  it('comes in several messages if the submissions are large, and none is lost', async () => {
    const padding = `update submission set listing = (listing::jsonb || jsonb_build_object('manifest_json', jsonb_build_object('x', repeat('x', 2000000))))::json where app_id in ('hasty', 'elsewhere')`;
    const before = await harness().query('select app_id, listing from submission');
    await harness().query(padding);
    const { held, next } = await harness().bus.forward(portal.listPending, administrator(), '{}');
    expect([held, next]).toEqual([2, expect.any(String)]);
    expect(await pending()).toEqual(['links', 'hasty', 'elsewhere']);
    for (const { app_id, listing } of before)
      await harness().query('update submission set listing = $2 where app_id = $1', [app_id, JSON.stringify(listing)]);
  });
});

describe('approving an app', () => {
  it('makes it active, and publishes what was reviewed', async () => {
    expect(await approve('links')).toMatchObject({ app_id: 'links', status: 'active', reject_reason: null });
    expect((await appOf('links')).status).toBe('active');
    const event = await waitUntil('the event', () => approved.find(({ app_id }) => app_id === 'links'));
    expect(event).toMatchObject({
      ...{
        developer_id: 'imp_u_ada',
        tenant_id: 'default',
        revision: 1,
        version: '1.0.0',
        name: 'Link Saver',
        short_description: 'Keeps links.',
      },
      ...{ category: 'productivity', icon: 'link', pricing_model: 'free', pricing_config: null, tags: [], system: false },
      permissions: ['store:read', 'store:write'],
      functions: [{ name: 'save_link', params_schema: { required: ['url'] } }, { name: 'list_links' }],
    });
    expect(event.approved_at).toBeInstanceOf(Date);
    await waitUntil('the review event', () => reviews.some(({ app_id, decision }) => app_id === 'links' && decision === 'approved'));
    expect(await pending()).not.toContain('links');
  });

  it('allows to sync the manifest and to submit a new revision', async () => {
    await harness().call(portal.syncManifest, tooling(), {
      app_id: 'links',
      manifest_json: { app_id: 'links', version: '1.0.0', tags: ['links'] },
    });
    expect(await submit('links')).toMatchObject({ status: 'pending_review' });
    await approve('links');
    const event = await waitUntil('the event', () => approved.filter(({ app_id }) => app_id === 'links')[1]);
    expect(event).toMatchObject({ revision: 2, version: '2.0.0', name: 'Another name', tags: ['links'], permissions: ['store:write'] });
  });

  it('accepts a revision only if it is the submitted one', async () => {
    await expect(harness().call(portal.approveApp, administrator(), { app_id: 'elsewhere', revision: 2 })).rejects.toMatchObject({
      body: { code: 'conflict', status: 409, detail: 'Revision 1 is under review, not 2. Review and approve revision 1.' },
    });
    expect(await harness().call(portal.approveApp, administrator(), { app_id: 'elsewhere', revision: 1 })).toMatchObject({
      status: 'active',
    });
  });

  it('is possible once per submission, also concurrently', async () => {
    const twice = await Promise.allSettled([approve('hasty'), approve('hasty')]);
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(approve('hasty')).rejects.toMatchObject({ body: { code: 'not_pending', status: 409 } });
    await expect(reject('early')).rejects.toMatchObject({ body: { code: 'not_pending' } });
  });
});
