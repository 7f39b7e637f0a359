import { portal } from '@skep/contracts/portal';
import { waitUntil } from '@skep/testkit';
import { describe, expect, it } from '@jest/globals';
import { administrator, notFound, tooling } from './portal.js';
import { ada, zoe, reviewing } from './reviewing.js';

const { harness, ready, submit, approve, reject, pending, appOf, approved, reviews } = reviewing();

describe('rejecting an app', () => {
  it('makes it a draft with the reason, and publishes an event', async () => {
    await ready('weak');
    await submit('weak');
    expect(await reject('weak')).toMatchObject({ status: 'draft', reject_reason: 'It does nothing.', reject_codes: ['incomplete'] });
    expect(await appOf('weak')).toMatchObject({ status: 'draft', reject_reason: 'It does nothing.' });
    const event = await waitUntil('the event', () => reviews.find(({ app_id, decision }) => app_id === 'weak' && decision === 'rejected'));
    expect(event).toMatchObject({ developer_id: 'imp_u_ada', reason: 'It does nothing.' });
    expect(await pending()).not.toContain('weak');
  });

  it('allows to submit it again, which clears the reason', async () => {
    expect(await submit('weak')).toMatchObject({ status: 'pending_review' });
    expect(await appOf('weak')).toMatchObject({ reject_reason: null, reject_codes: [] });
    expect(approved.filter(({ app_id }) => app_id === 'weak')).toHaveLength(0);
  });

  it('requires a reason', async () => {
    await expect(
      harness().call(portal.rejectApp, administrator(), { app_id: 'weak', reason: '', codes: ['broken'] }),
    ).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['reason'] }] },
    });
  });
});

describe('a decision', () => {
  it('is for administrators and services', async () => {
    for (const decide of [approve, reject])
      await expect(decide('weak', ada)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    expect(await approve('weak', tooling())).toMatchObject({ status: 'active' });
  });

  it('on an app of any tenant requires a user of the tenant default with the scope', async () => {
    await ready('elsewhere', zoe);
    await submit('elsewhere', zoe);
    for (const decide of [approve, reject]) {
      for (const other of [administrator({ tenant: 'imp_t_other' }), administrator({ scopes: ['admin:users:*'] })])
        await expect(decide('elsewhere', other)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
      await expect(decide('no-such-app')).rejects.toMatchObject(notFound);
    }
    expect(await approve('elsewhere', administrator({ role: 'user', scopes: ['admin:developer:*'] }))).toMatchObject({
      status: 'active',
    });
  });
});
