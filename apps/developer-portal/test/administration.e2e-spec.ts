import { type AppAdministered, type AppPurged, type ListAllApps, portal, type SuspensionChanged } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { asUser, waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { administrator, irOf, linkSaver, notFound, tooling } from './portal.js';
import { ada, reviewing, zoe } from './reviewing.js';

const { harness, ready, submit, suspend, approve, reject, remove, pending, appOf, approved, delisted } = reviewing();
const purged: AppPurged[] = [];
const suspensions: SuspensionChanged[] = [];
const acts: AppAdministered[] = [];
beforeAll(() => {
  harness().bus.subscribe(portal.appPurged, (event) => purged.push(event));
  harness().bus.subscribe(portal.suspensionChanged, (event) => suspensions.push(event));
  harness().bus.subscribe(portal.appAdministered, (event) => acts.push(event));
});
const strangers = [ada, asUser('bob'), administrator({ tenant: 'imp_t_other' })];
const forbidden = { body: { code: 'forbidden', status: 403 } };
const invalid = (field: string) => ({ body: { code: 'invalid_input', detail: [{ loc: [field] }] } });

const live = async (app_id: string, ctx = ada) => {
  await ready(app_id, ctx);
  await submit(app_id, ctx);
  await approve(app_id);
};
const setStatus = (app_id: string, status: string, ctx = administrator()) =>
  harness().call(portal.setAppStatus, ctx, { app_id, status, reason: 'Because.' });
const list = async (input: Partial<ListAllApps> = {}, ctx = administrator()) =>
  (await harness().call(portal.listAllApps, ctx, { search: '', limit: 50, ...input })).rows;
const idsOf = async (input: Partial<ListAllApps> = {}) => (await list(input)).map(({ app_id }) => app_id);
const change = (app_id: string, fields: object, ctx = administrator()) => harness().call(portal.setAppMetadata, ctx, { app_id, ...fields });
const purge = (app_id: string, { confirm_name = app_id, force = true, ctx = administrator() } = {}) =>
  harness().call(portal.purgeApp, ctx, { app_id, confirm_name, force });
const eventsOf = <E extends { app_id: string }>(events: E[], app_id: string) =>
  waitUntil('the event', () => (events.some((e) => e.app_id === app_id) ? events.filter((e) => e.app_id === app_id) : undefined));

describe('the list of all apps', () => {
  it('has the apps of all tenants, newest first, by status, developer and text, page by page', async () => {
    await ready('first-a');
    await live('second-z', zoe);
    await live('third-a');
    expect((await idsOf({ search: '-A' })).slice(0, 2)).toEqual(['third-a', 'first-a']);
    expect(await idsOf({ developer_id: zoe.user })).toEqual(['second-z']);
    expect(await idsOf({ status: 'draft', search: 'first' })).toEqual(['first-a']);
    expect(await idsOf({ status: 'active', search: 'first' })).toEqual([]);
    expect(await idsOf({ search: '%' })).toEqual([]);
    const [zoes] = await list({ developer_id: zoe.user });
    expect(zoes).toMatchObject({ tenant_id: 'imp_t_other', status: 'active', approved_revision: 1, system: false, name: linkSaver.name });
    expect(await list({ limit: 1 })).toHaveLength(1);
  });

  it('is for administrators of this installation and services', async () => {
    await ready('seen');
    for (const ctx of strangers) await expect(list({}, ctx)).rejects.toMatchObject(forbidden);
    expect((await list({}, tooling())).length).toBeGreaterThan(0);
    await expect(list({ status: 'lost' })).rejects.toMatchObject(invalid('status'));
    await expect(list({ limit: 201 })).rejects.toMatchObject(invalid('limit'));
  });
});

describe('an administrator', () => {
  it('takes an app out of the marketplace as a draft, and lists it again', async () => {
    await live('moved');
    expect(await setStatus('moved', 'draft')).toMatchObject({ status: 'draft' });
    await eventsOf(delisted, 'moved');
    expect(await setStatus('moved', 'draft')).toMatchObject({ status: 'draft' });
    expect(await setStatus('moved', 'active')).toMatchObject({ status: 'active' });
    const [first, second] = await waitUntil('the second approval', () => {
      const events = approved.filter(({ app_id }) => app_id === 'moved');
      return events.length === 2 ? events : undefined;
    });
    expect(second).toEqual({ ...first, approved_at: expect.any(Date) });
    expect(second!.approved_at.getTime()).toBeGreaterThan(delisted.find(({ app_id }) => app_id === 'moved')!.delisted_at.getTime());
    expect((await eventsOf(acts, 'moved')).map(({ act }) => act)).toEqual(['unlisted', 'listed']);
  });

  it('makes a draft of a suspended app, and of one that waits for its review', async () => {
    await live('blocked');
    await setStatus('blocked', 'suspended');
    expect(await setStatus('blocked', 'draft')).toMatchObject({ status: 'draft', suspend_reason: null });
    await waitUntil('the end of the suspension', () => suspensions.some(({ app_id, reason }) => app_id === 'blocked' && reason === null));
    await ready('waits');
    await submit('waits');
    expect(await setStatus('waits', 'draft')).toMatchObject({ status: 'draft', submitted_at: null });
    expect(await pending()).not.toContain('waits');
  });

  it('cannot list a draft that was never approved, nor an app that its developer suspended', async () => {
    await ready('raw');
    await expect(setStatus('raw', 'active')).rejects.toMatchObject({ body: { code: 'conflict', status: 409 } });
    await live('rested');
    await suspend('rested');
    await expect(setStatus('rested', 'active')).rejects.toMatchObject({ body: { code: 'conflict', status: 409 } });
  });

  it('cannot decide on their own app', async () => {
    const root = administrator();
    const own = { body: { code: 'own_app', status: 403 } };
    await harness().register(root);
    await harness().setTier('partner', root.user);
    await ready('mine', root);
    await submit('mine', root);
    await expect(approve('mine', root)).rejects.toMatchObject(own);
    await expect(reject('mine', root)).rejects.toMatchObject(own);
    await approve('mine', administrator({ user: 'imp_u_other_root' }));
    await setStatus('mine', 'suspended', root);
    await expect(setStatus('mine', 'active', root)).rejects.toMatchObject(own);
    expect(await setStatus('mine', 'active', tooling())).toMatchObject({ status: 'active' });
  });
});

describe('the listing that an administrator changes', () => {
  it('is published at once, and stays when a submission is approved that was made before', async () => {
    await live('renamed');
    await harness().deployIr(ada, 'renamed', irOf('renamed', '2.0.0'));
    await submit('renamed');
    expect(await change('renamed', { display_name: ' Kept Links ', category: 'finance' })).toMatchObject({ name: 'Kept Links' });
    expect(await appOf('renamed')).toMatchObject({ display_name: 'Kept Links', category: 'finance', status: 'pending_review' });
    await approve('renamed');
    const events = await waitUntil('three approvals', () => {
      const found = approved.filter(({ app_id }) => app_id === 'renamed');
      return found.length === 3 ? found : undefined;
    });
    expect(events.map(({ name, revision }) => [name, revision])).toEqual([
      [linkSaver.name, 1],
      ['Kept Links', 1],
      ['Kept Links', 2],
    ]);
    expect(events[1]!.approved_at).toEqual(events[0]!.approved_at);
    expect((await eventsOf(acts, 'renamed'))[0]).toMatchObject({ act: 'changed', fields: ['name', 'category'] });
  });

  it('is changed by administrators only, to valid texts', async () => {
    await ready('fixed');
    for (const ctx of strangers) await expect(change('fixed', { name: 'x' }, ctx)).rejects.toMatchObject(forbidden);
    await expect(change('fixed', { display_name: ' ' })).rejects.toMatchObject(invalid('display_name'));
    await expect(change('fixed', { category: 'no such' })).rejects.toMatchObject(invalid('category'));
    await expect(change('nowhere', { name: 'x' })).rejects.toMatchObject(notFound);
  });
});

describe('an app that an administrator deletes', () => {
  const bob = asUser('bob');
  const install = async (app_id: string) =>
    waitUntil('the install', () => harness().call(registry.installApp, bob, { app_id, revision: 1 }));

  it('is gone for its developer, and its installs are announced and removed', async () => {
    await live('gone');
    await install('gone');
    expect(await purge('gone')).toEqual({ app_id: 'gone', status: 'deleted', installs_purged: 1 });
    await expect(appOf('gone')).rejects.toMatchObject(notFound);
    expect(await idsOf({ status: 'deleted', search: 'gone' })).toEqual(['gone']);
    expect((await eventsOf(purged, 'gone'))[0]).toMatchObject({
      developer_id: ada.user,
      tenant_id: 'default',
      purged_at: expect.any(Date),
    });
    expect((await eventsOf(suspensions, 'gone'))[0]).toMatchObject({ reason: expect.any(String) });
    await waitUntil(
      'the end of the install',
      async () => (await harness().infra.query('registry', `select 1 from install where app_id = 'gone'`)).length === 0,
    );
    expect(await purge('gone')).toEqual({ app_id: 'gone', status: 'deleted', installs_purged: 0 });
    await expect(harness().create(ada, { app_id: 'gone', name: 'Again' })).rejects.toMatchObject({ body: { code: 'app_id_taken' } });
  });

  it('must be neither active nor installed without force', async () => {
    await live('held');
    const refused = { body: { code: 'conflict', status: 409 } };
    await expect(purge('held', { force: false })).rejects.toMatchObject(refused);
    await install('held');
    await setStatus('held', 'draft');
    await expect(purge('held', { force: false })).rejects.toMatchObject(refused);
    expect(await appOf('held')).toMatchObject({ status: 'draft' });
    await ready('unused');
    expect(await purge('unused', { force: false })).toMatchObject({ installs_purged: 0 });
  });

  it('may have been deleted by its developer, whose users kept it', async () => {
    await live('left');
    await install('left');
    await suspend('left');
    await remove('left');
    expect(await purge('left')).toMatchObject({ installs_purged: 1 });
  });

  it('is named by its id, and deleted by administrators only', async () => {
    await ready('safe');
    await expect(purge('safe', { confirm_name: 'other' })).rejects.toMatchObject(invalid('confirm_name'));
    for (const ctx of strangers) await expect(purge('safe', { ctx })).rejects.toMatchObject(forbidden);
    await expect(purge('nowhere')).rejects.toMatchObject(notFound);
    expect(await appOf('safe')).toMatchObject({ status: 'draft' });
  });
});
