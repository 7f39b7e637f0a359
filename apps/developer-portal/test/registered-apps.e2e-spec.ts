import { portal, type RegisterApp, type UpdateRegisteredApp } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asUser, codeOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openPortal, type PortalHarness, tooling } from './portal.js';

let harness: PortalHarness;
const ada = asUser('ada');
const bob = asUser('bob');
const zed = asUser('zed', { tenant: 'imp_t_other' });
const service = tooling();

beforeAll(async () => {
  harness = await openPortal(['registry']);
  await harness.register(ada, bob, zed);
  await harness.setTier('partner');
});
afterAll(() => harness?.close());

const register = (ctx: Ctx, app: Partial<RegisterApp>) => harness.call(portal.registerApp, ctx, { display_name: 'Notes', ...app });
const get = (ctx: Ctx, app_id: string) => harness.call(portal.getRegisteredApp, ctx, { app_id });
const update = (ctx: Ctx, app_id: string, changes: Partial<UpdateRegisteredApp>) =>
  harness.call(portal.updateRegisteredApp, ctx, { app_id, ...changes });
const remove = (ctx: Ctx, app_id: string) => harness.call(portal.deleteRegisteredApp, ctx, { app_id });
const list = async (ctx: Ctx, status: string, owner_id?: string) =>
  (await harness.call(portal.listRegisteredApps, ctx, { status, owner_id })).rows.map(({ app_id }) => app_id);
const revisions = (app_id: string) => harness.infra.query('registry', 'select revision, version from release where app_id = $1', [app_id]);

describe('a registered app', () => {
  it('is the record of its developer, provisioning until its first release', async () => {
    const app = await register(service, { app_id: 'first', owner_id: ada.user, config: { a: 1 } });
    expect(app).toMatchObject({
      ...{ app_id: 'first', id: 'first', display_name: 'Notes', owner_id: ada.user, namespace: 'app-first', status: 'provisioning' },
      ...{ config: { a: 1 }, manifest: {}, version: '' },
    });
    expect(await harness.call(portal.getApp, ada, { app_id: 'first' })).toMatchObject({ name: 'Notes', status: 'draft' });
    expect(await update(ada, 'first', { manifest: { app_id: 'first', version: '1.2.0' } })).toMatchObject({
      ...{ status: 'active', version: '1.2.0', manifest: { app_id: 'first', version: '1.2.0' } },
    });
    expect(await revisions('first')).toEqual([{ revision: 1, version: '1.2.0' }]);
  });

  it('can be registered with a manifest, and belongs to the installation if a service names no owner', async () => {
    const app = await register(service, { id: 'of-skep', version: '2.0.0', manifest: { description: 'Notes.' } });
    expect(app).toMatchObject({ owner_id: '', status: 'active', version: '2.0.0' });
    expect(await harness.call(registry.getAppDeveloper, service, { app_id: 'of-skep' })).toEqual({
      developer_id: '',
      tenant_id: 'default',
    });
    expect(await codeOf(get(ada, 'of-skep'))).toBe('no_such_app');
  });

  it('is refused with an id that is taken or no id, with a faulty manifest, and for others', async () => {
    await register(ada, { app_id: 'mine' });
    expect(await codeOf(register(service, { app_id: 'mine', owner_id: bob.user }))).toBe('app_id_taken');
    expect(await codeOf(register(ada, { app_id: 'billing' }))).toBe('app_id_taken');
    expect(await codeOf(register(ada, {}))).toBe('invalid_input');
    expect(await codeOf(register(ada, { app_id: 'NO' }))).toBe('invalid_input');
    expect(await codeOf(register(ada, { app_id: 'faulty', manifest: { tools: 1 } }))).toBe('invalid_input');
    expect(await codeOf(register(ada, { app_id: 'for-system', manifest: { system: true } }))).toBe('invalid_input');
    expect(await codeOf(get(ada, 'faulty'))).toBe('no_such_app');
    expect(await codeOf(register(ada, { app_id: 'foreign', owner_id: bob.user }))).toBe('forbidden');
    expect(await codeOf(register(service, { app_id: 'nobody', owner_id: 'imp_u_nobody' }))).toBe('not_a_developer');
  });

  it('is created once under an Idempotency-Key', async () => {
    const once = { ...ada, idempotencyKey: 'register-once' };
    const input = { app_id: 'once', manifest: { version: '1.0.0' } };
    expect(await register(once, input)).toEqual(await register(once, input));
    expect(await revisions('once')).toHaveLength(1);
  });

  it('changes what is given, and replaces its config as a whole', async () => {
    await register(ada, { app_id: 'changed', config: { a: 1 }, description: 'Keeps notes.' });
    expect(await update(ada, 'changed', { display_name: 'Other' })).toMatchObject({ display_name: 'Other', config: { a: 1 } });
    expect(await update(service, 'changed', { config: { b: 2 } })).toMatchObject({ display_name: 'Other', config: { b: 2 } });
    expect(await update(ada, 'changed', {})).toMatchObject({ description: 'Keeps notes.', config: { b: 2 } });
    expect(await codeOf(update(ada, 'changed', { display_name: ' ' }))).toBe('invalid_input');
    expect(await codeOf(update(ada, 'changed', { config: { a: 'x'.repeat(65_536) } }))).toBe('invalid_input');
  });

  it('of another developer or tenant does not exist for its callers', async () => {
    await register(ada, { app_id: 'hidden' });
    for (const ctx of [bob, zed, tooling({ user: bob.user }), tooling({ tenant: 'imp_t_other' })]) {
      expect(await codeOf(get(ctx, 'hidden'))).toBe('no_such_app');
      expect(await codeOf(update(ctx, 'hidden', { display_name: 'Mine' }))).toBe('no_such_app');
      expect(await codeOf(remove(ctx, 'hidden'))).toBe('no_such_app');
      expect(await codeOf(harness.call(portal.getTools, ctx, { app_id: 'hidden' }))).toBe('no_such_app');
      expect(await codeOf(harness.call(portal.getAppSettings, ctx, { app_id: 'hidden' }))).toBe('no_such_app');
    }
    expect(await get(ada, 'hidden')).toMatchObject({ display_name: 'Notes' });
  });

  it('is suspended and restored by a service as by an administrator; its developer needs a review', async () => {
    await register(ada, { app_id: 'paused', manifest: { version: '1.0.0' } });
    expect(await update(service, 'paused', { status: 'suspended' })).toMatchObject({ status: 'suspended' });
    expect(await codeOf(update(ada, 'paused', { status: 'active' }))).toBe('conflict');
    expect(await codeOf(remove(ada, 'paused'))).toBe('app_suspended');
    expect(await update(service, 'paused', { status: 'active' })).toMatchObject({ status: 'active' });
    expect(await codeOf(update(ada, 'paused', { status: 'suspended' }))).toBe('conflict');
  });
});

describe('a deleted app', () => {
  it('is kept as deleted, and its id stays taken', async () => {
    await register(ada, { app_id: 'gone' });
    const deleted = { app_id: 'gone', status: 'deleted', message: expect.any(String) };
    expect([await remove(service, 'gone'), await remove(ada, 'gone')]).toEqual([deleted, deleted]);
    expect(await get(ada, 'gone')).toMatchObject({ status: 'deleted' });
    expect(await codeOf(update(ada, 'gone', { display_name: 'Back' }))).toBe('no_such_app');
    expect(await codeOf(harness.call(portal.getApp, ada, { app_id: 'gone' }))).toBe('no_such_app');
    expect(await codeOf(register(bob, { app_id: 'gone' }))).toBe('app_id_taken');
  });

  it('cannot be an active one', async () => {
    await register(ada, { app_id: 'live' });
    await harness.setStatus('live', 'active');
    expect(await codeOf(remove(ada, 'live'))).toBe('conflict');
  });
});

describe('the list', () => {
  it('has the apps of the caller with a status; a service sees those of its tenant', async () => {
    await register(bob, { app_id: 'bob-new' });
    await register(bob, { app_id: 'bob-live', manifest: { version: '1.0.0' } });
    await register(bob, { app_id: 'bob-gone' });
    await remove(bob, 'bob-gone');
    await register(zed, { app_id: 'elsewhere' });
    expect(await list(bob, 'all')).toEqual(['bob-new', 'bob-live', 'bob-gone']);
    for (const [status, ids] of [
      ['provisioning', ['bob-new']],
      ['active', ['bob-live']],
      ['deleted', ['bob-gone']],
      ['suspended', []],
    ] as const)
      expect([status, await list(service, status, bob.user)]).toEqual([status, ids]);
    expect(await list(service, 'all')).toEqual(expect.arrayContaining(['first', 'bob-new', 'of-skep']));
    expect(await list(service, 'all')).not.toContain('elsewhere');
    expect(await list(tooling({ tenant: 'imp_t_other' }), 'all')).toEqual(['elsewhere']);
    expect(await codeOf(list(ada, 'all', bob.user))).toBe('forbidden');
    expect(await codeOf(list(ada, 'lost'))).toBe('invalid_input');
  });
});
