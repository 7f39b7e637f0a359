import { auth } from '@skep/contracts/auth';
import { kernel, type UpdateSettings } from '@skep/contracts/kernel';
import { registry } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, bob, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
/** A user who has an account. */
let user_id: string;

beforeAll(async () => {
  harness = await startKernel({ beside: ['auth-gateway', 'registry'] });
  const account = { email: 'eve@example.com', password: 'correct horse battery', tenant_id: 'default' };
  await harness.call(auth.register, asService('test'), { ...account, role: 'user' } as never);
  const [row] = await harness.infra.query('auth-gateway', 'select id from account where email = $1', [account.email]);
  user_id = String(row?.['id']);
});
afterAll(() => harness?.close());

const read = async (ctx: Ctx = ada()) => (await harness.call(kernel.getMySettings, ctx, {})).settings;
const change = async (changes: object, ctx: Ctx = ada()) =>
  (await harness.call(kernel.updateMySettings, ctx, changes as UpdateSettings)).settings;

describe('your settings', () => {
  it('have defaults', async () => {
    expect(await harness.call(kernel.getMySettings, ada(), {})).toEqual({
      user_id: 'imp_u_ada',
      settings: {
        confirmation_enabled: false,
        confirmation_actions: { read: false, write: true, destructive: true },
        confirmation_overrides: {},
        confirmation_skip_read: true,
        confirmation_ttl: 300,
        kav_max_retries: 2,
        routing_context: 6,
        max_tool_rounds: 10,
        max_response_tokens: 4096,
        notifications: { enabled: true, default: ['panel'], apps: {} },
      },
    });
  });

  it('change field by field, for you in this tenant alone', async () => {
    const before = await read();
    expect(await change({ confirmation_ttl: 90, routing_context: null })).toEqual({ ...before, confirmation_ttl: 90 });
    expect(await change({ max_tool_rounds: 11 })).toEqual({ ...before, confirmation_ttl: 90, max_tool_rounds: 11 });
    expect(await read()).toMatchObject({ confirmation_ttl: 90, max_tool_rounds: 11 });
    for (const other of [bob(), ada({ tenant: 'imp_t_other' })]) expect(await read(other)).toEqual(before);
  });

  it('ask for confirmations by default if your role in your tenant says so, and always as you choose', async () => {
    const admin = ada({ role: 'admin', scopes: ['*'] });
    const role = { name: 'careful', confirmation_policy: 'default_on' };
    await harness.call(auth.createRole, admin, role as never);
    const careful = ada({ user: 'imp_u_careful', role: 'careful' });
    const asks = async (ctx: Ctx) => (await read(ctx)).confirmation_enabled;
    expect([await asks(careful), await asks({ ...careful, role: 'user' }), await asks({ ...careful, tenant: 'imp_t_other' })]).toEqual([
      ...[true, false, false],
    ]);
    expect(await change({ confirmation_ttl: 90 }, careful)).toMatchObject({ confirmation_enabled: true, confirmation_ttl: 90 });
    await change({ confirmation_enabled: false }, careful);
    expect(await asks(careful)).toBe(false);
  });

  it('are those of the tenant where you have not chosen, once it has valid ones', async () => {
    const [eve, other] = ['imp_t_strict', 'imp_t_other'].map((tenant) => ada({ user: 'imp_u_eve', tenant })) as [Ctx, Ctx];
    const defaults = await read(eve);
    await change({ max_tool_rounds: 7 }, eve);
    const ofTenant = {
      ...{ confirmation_enabled: true, confirmation_ttl: 0, max_tool_rounds: 3, theme: 'dark' },
      notifications: { default: ['email'], apps: { notes: ['panel'] } },
    };
    const strict = { scope: 'tenant' as const, scope_id: eve.tenant };
    await harness.call(registry.updateConfig, asService('test'), { ...strict, config: ofTenant });
    const expected = {
      ...defaults,
      confirmation_enabled: true,
      max_tool_rounds: 7,
      notifications: { enabled: true, ...ofTenant.notifications },
    };
    await waitUntil('the change', async () => (await read(eve)).confirmation_enabled);
    expect(await read(eve)).toEqual(expected);
    expect(await change({ notifications: { apps: { notes: null } } }, eve)).toMatchObject({ notifications: { default: ['email'] } });
    expect(await read(other)).toEqual(defaults);
  });

  it('merge objects, and remove an entry that is null', async () => {
    await change({ confirmation_actions: { write: false }, confirmation_overrides: { mail: true, links: false } });
    const notifications = { enabled: false, apps: { mail: ['email'], links: [] } };
    await change({ notifications, confirmation_overrides: { mail: null } });
    expect(await change({ notifications: { apps: { links: null } } })).toMatchObject({
      confirmation_actions: { write: false, destructive: true },
      confirmation_overrides: { links: false },
      notifications: { enabled: false, default: ['panel'], apps: { mail: ['email'] } },
    });
  });

  it('lose no change of several at the same time', async () => {
    const names = [...Array(20).keys()].map((n) => `app-${n}`);
    await Promise.all(names.map((name) => change({ confirmation_overrides: { [name]: true } }, bob())));
    expect(Object.keys((await read(bob())).confirmation_overrides).sort()).toEqual(names.sort());
  });

  it.each([
    { confirmation_ttl: 'soon' },
    { confirmation_ttl: 0 },
    { confirmation_ttl: 86_401 },
    { confirmation_enabled: 'maybe' },
    { confirmation_actions: { write: 'yes' } },
    { confirmation_overrides: { mail: 'yes' } },
    { confirmation_overrides: [true] },
    { notifications: { apps: { mail: 'email' } } },
    { max_tool_rounds: 0 },
  ])('are not %j', async (changes) => {
    const before = await read();
    await expect(change(changes)).rejects.toMatchObject({ body: { code: 'invalid_input' } });
    expect(await read()).toEqual(before);
  });

  it('are at most 64 KiB', async () => {
    const many = (from: number) =>
      Object.fromEntries([...Array(300).keys()].map((n) => [`${String(from + n).padStart(5, '0')}${'x'.repeat(190)}`, true]));
    await change({ confirmation_overrides: many(0) }, bob());
    await expect(change({ confirmation_overrides: many(300) }, bob())).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });
});

describe('a service', () => {
  const service = asService('panel');

  it('reads and changes the settings of a user, who sees the same', async () => {
    const tenant_id = 'default';
    const changed = await harness.call(kernel.updateUserSettings, service, { user_id, tenant_id, confirmation_skip_read: false });
    expect(changed).toMatchObject({ user_id, settings: { confirmation_skip_read: false, confirmation_ttl: 300 } });
    expect(await harness.call(kernel.getUserSettings, service, { user_id, tenant_id })).toEqual(changed);
    expect(await read(ada({ user: user_id }))).toEqual(changed.settings);
  });

  it('finds no unknown user, and none of another tenant', async () => {
    for (const who of [
      { user_id: 'imp_u_nobody', tenant_id: 'default' },
      { user_id, tenant_id: 'imp_t_other' },
    ]) {
      const notFound = { body: { code: 'user_not_found', status: 404 } };
      await expect(harness.call(kernel.getUserSettings, service, who)).rejects.toMatchObject(notFound);
      await expect(harness.call(kernel.updateUserSettings, service, { ...who, confirmation_ttl: 5 })).rejects.toMatchObject(notFound);
    }
  });
});
