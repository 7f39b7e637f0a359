import { auth } from '@skep/contracts/auth';
import { portal, type SetAppStatus, type SuspensionChanged } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, irOf, notFound, tooling } from './portal.js';
import { ada, reviewing } from './reviewing.js';

const { harness, ready, submit, withdraw, suspend, remove, approve, reject, pending, appOf, approved } = reviewing();
const changes: SuspensionChanged[] = [];
beforeAll(() => harness().bus.subscribe(portal.suspensionChanged, (event) => changes.push(event)));

const REASON = 'It sends links to a third party.';
const setStatus = (app_id: string, status: string, reason = REASON, ctx = administrator()) =>
  harness().call(portal.setAppStatus, ctx, { app_id, status, reason });
const block = (app_id: string, reason = REASON) => setStatus(app_id, 'suspended', reason);
const restore = (app_id: string) => setStatus(app_id, 'active');
const changesOf = (app_id: string) => changes.filter((event) => event.app_id === app_id);
const live = async (app_id: string) => {
  await ready(app_id);
  await submit(app_id);
  await approve(app_id);
};
const suspended = { body: { code: 'app_suspended', status: 403, detail: expect.stringContaining(REASON) } };
const reprice = (app_id: string) =>
  harness().call(portal.updateApp, ada, { app_id, pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: 9 } } });

describe('an app that an administrator suspends', () => {
  it('shows the reason to its developer and is published; the restoration returns to the previous status', async () => {
    await live('links');
    expect(await block('links')).toMatchObject({ app_id: 'links', status: 'suspended', suspend_reason: REASON });
    expect(await appOf('links')).toMatchObject({ status: 'suspended', suspend_reason: REASON });
    const [event] = await waitUntil('the event', () => (changesOf('links').length ? changesOf('links') : undefined));
    expect(event).toMatchObject({ developer_id: 'imp_u_ada', tenant_id: 'default', reason: REASON, changed_at: expect.any(Date) });
    expect(await restore('links')).toMatchObject({ status: 'active', suspend_reason: null });
    expect(await appOf('links')).toMatchObject({ status: 'active', suspend_reason: null });
    await waitUntil('the event', () => changesOf('links')[1]?.reason === null);
  });

  it('can be suspended again for another reason, and is then restored to its first status', async () => {
    await live('twice');
    await block('twice', 'It is slow.');
    expect(await block('twice')).toMatchObject({ suspend_reason: REASON });
    expect(await restore('twice')).toMatchObject({ status: 'active' });
  });

  it('cannot be suspended, submitted, withdrawn, repriced or deleted by its developer', async () => {
    await live('barred');
    await block('barred');
    await expect(suspend('barred')).rejects.toMatchObject(suspended);
    await expect(withdraw('barred')).rejects.toMatchObject(suspended);
    await expect(remove('barred')).rejects.toMatchObject(suspended);
    await expect(reprice('barred')).rejects.toMatchObject(suspended);
    const { status, checks } = await submit('barred');
    expect([status, checks.filter(({ passed }) => !passed)]).toEqual([
      'failed',
      [{ name: 'not_suspended', passed: false, message: expect.stringContaining(REASON) }],
    ]);
    expect(await appOf('barred')).toMatchObject({ status: 'suspended', suspend_reason: REASON });
    expect(await harness().call(portal.updateApp, ada, { app_id: 'barred', name: 'Mended' })).toMatchObject({ status: 'suspended' });
  });

  it('accepts deploys, which neither submit nor activate it', async () => {
    await live('mended');
    await block('mended');
    const receipt = await harness().deployIr(ada, 'mended', irOf('mended', '2.0.0'), { dev_mode: false });
    expect(receipt).toMatchObject({ status: 'deployed', revision: 2, submission: { status: 'failed' } });
    expect(await appOf('mended')).toMatchObject({ status: 'suspended', revision: 2 });
    await restore('mended');
    expect(await submit('mended')).toMatchObject({ status: 'pending_review', revision: 2 });
  });

  it('keeps its submission, which reviewers can decide only after the restoration', async () => {
    await ready('waiting');
    await submit('waiting');
    await block('waiting');
    expect(await pending()).not.toContain('waiting');
    expect(await submit('waiting')).toMatchObject({ status: 'failed' });
    await expect(approve('waiting')).rejects.toMatchObject(suspended);
    await expect(reject('waiting')).rejects.toMatchObject(suspended);
    expect(await restore('waiting')).toMatchObject({ status: 'pending_review' });
    expect(await pending()).toContain('waiting');
    await approve('waiting');
    expect(approved.filter(({ app_id }) => app_id === 'waiting').length).toBeLessThan(2);
  });

  it('stays suspended after the restoration if its developer had suspended it', async () => {
    await live('paused');
    await suspend('paused');
    await block('paused');
    expect(await restore('paused')).toMatchObject({ status: 'suspended', suspend_reason: null });
    expect(await submit('paused')).toMatchObject({ status: 'pending_review' });
  });

  it('cannot be deleted to free its id, although it was never approved', async () => {
    await ready('draft');
    await block('draft');
    await expect(remove('draft')).rejects.toMatchObject(suspended);
    expect(await restore('draft')).toMatchObject({ status: 'draft' });
    expect(await remove('draft')).toEqual({ app_id: 'draft', status: 'deleted' });
    await expect(block('draft')).rejects.toMatchObject(notFound);
  });

  it('is shown as suspended to users who have it, without the reason', async () => {
    const bob = asUser('bob');
    await live('had');
    await waitUntil('the install', () => harness().call(registry.installApp, bob, { app_id: 'had', revision: 1 }));
    await waitUntil('the approval at the registry', () => appOf('had', bob).catch(() => undefined));
    await block('had');
    const seen = await appOf('had', bob);
    expect(seen).toMatchObject({ status: 'suspended' });
    expect(seen).not.toHaveProperty('suspend_reason');
  });

  it('is not active after the restoration if its developer was erased', async () => {
    const eve = asUser('eve');
    await harness().register(eve);
    await harness().setTier('partner', eve.user);
    await ready('orphan', eve);
    await submit('orphan', eve);
    await approve('orphan');
    await block('orphan');
    await harness().publish(auth.userErased, { tenant_id: eve.tenant, user_id: eve.user });
    await waitUntil('the erasure', async () => (await harness().query("select 1 from app where app_id = 'orphan' and name = ''"))[0]);
    expect(await restore('orphan')).toMatchObject({ status: 'suspended', suspend_reason: null });
  });
});

describe('suspending and restoring', () => {
  it('require an administrator of this installation or a service', async () => {
    await live('theirs');
    for (const ctx of [ada, asUser('bob'), administrator({ tenant: 'imp_t_other' })])
      for (const status of ['suspended', 'active'])
        await expect(setStatus('theirs', status, REASON, ctx)).rejects.toMatchObject({ body: { code: 'forbidden', status: 403 } });
    expect(await setStatus('theirs', 'suspended', REASON, tooling())).toMatchObject({ status: 'suspended' });
  });

  it('accept a missing reason from older clients', async () => {
    await live('silent');
    const bare = { app_id: 'silent', status: 'suspended' } as SetAppStatus;
    expect(await harness().call(portal.setAppStatus, administrator(), bare)).toMatchObject({ suspend_reason: 'No reason is given.' });
  });

  it('refuse to restore an app that no administrator suspended, unless it is active already', async () => {
    await live('own');
    const conflict = (status: string) => ({ body: { code: 'conflict', status: 409, detail: expect.stringContaining(`'${status}'`) } });
    expect(await restore('own')).toMatchObject({ status: 'active' });
    expect(changesOf('own')).toEqual([]);
    await suspend('own');
    await expect(restore('own')).rejects.toMatchObject(conflict('suspended'));
    await expect(restore('nowhere')).rejects.toMatchObject(notFound);
    for (const [status, reason] of [
      ['deleted', REASON],
      ['suspended', ''],
      ['suspended', 'x'.repeat(501)],
    ] as const)
      await expect(setStatus('own', status, reason)).rejects.toMatchObject({ body: { code: 'invalid_input', status: 422 } });
  });
});
