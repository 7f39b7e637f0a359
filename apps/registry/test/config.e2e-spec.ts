import { auth } from '@skep/contracts/auth';
import { type ConfigRef, registry, type UpdateConfig } from '@skep/contracts/registry';
import type { Ctx } from '@skep/platform';
import { asService, asUser, problemOf, codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openRegistry, type RegistryHarness } from './registry.js';

let harness: RegistryHarness;
beforeAll(async () => {
  harness = await openRegistry();
});
afterAll(() => harness?.close());
beforeEach(() => harness.query('delete from config'));

const service = asService('test');
const APP = 'notes';
const tenant: ConfigRef = { scope: 'tenant', scope_id: 'default' };
const app: ConfigRef = { scope: 'app', scope_id: APP, tenant_id: 'default', app_id: APP };
const user: ConfigRef = { scope: 'user', scope_id: 'imp_u_ada', tenant_id: 'default' };
const role: ConfigRef = { scope: 'role', scope_id: 'user', tenant_id: 'default' };
const platform: ConfigRef = { scope: 'platform', scope_id: 'all' };

const put = (ref: ConfigRef, changes: Partial<UpdateConfig>, ctx: Ctx = service) =>
  harness.call(registry.updateConfig, ctx, { ...ref, ...changes });
const get = (ref: ConfigRef, ctx: Ctx = service) => harness.call(registry.getConfig, ctx, ref);
const resolve = (more: object = {}, ctx: Ctx = service) =>
  harness.call(registry.resolveConfig, ctx, {
    ...{ tenant_id: 'default', app_id: APP, role: 'user', user_id: 'imp_u_ada', explain: 0 },
    ...more,
  });

describe('the settings of a scope', () => {
  it('are empty at first, and merged deeply except where a path is replaced', async () => {
    const empty = { scope: 'app', scope_id: APP, tenant_id: 'default', app_id: APP, config: {}, enforced: {}, role_defaults: {} };
    expect(await get(app)).toEqual(empty);
    await put(app, { config: { ui: { panels: { left: { title: 'One' } }, theme: 'kept' } }, enforced: { a: 1 }, updated_by: 'ada' });
    expect(await put(app, { config: { ui: { panels: { right: {} } } }, role_defaults: { user: { b: 1 } } })).toEqual({
      ...empty,
      config: { ui: { panels: { left: { title: 'One' }, right: {} }, theme: 'kept' } },
      enforced: { a: 1 },
      role_defaults: { user: { b: 1 } },
    });
    const replaced = await put(app, { config: { ui: { panels: { center: {} } } }, replace_paths: ['ui.panels', 'no.such', 'ui.theme.x'] });
    expect(replaced.config).toEqual({ ui: { panels: { center: {} }, theme: 'kept' } });
    expect((await put(app, { config: { ui: { theme: null } } })).config).toEqual({ ui: { panels: { center: {} } } });
    expect(await get(app)).toMatchObject({ config: { ui: { panels: { center: {} } } }, enforced: { a: 1 } });
  });

  it('of the platform have no tenant, and those of another tenant, app and user are others', async () => {
    expect(await put(platform, { config: { a: 1 } })).toMatchObject({ scope_id: 'platform', tenant_id: null, app_id: null });
    await put(tenant, { config: { a: 1 } });
    await put(user, { config: { a: 1 } });
    const others = [
      { scope: 'tenant', scope_id: 'other' } as const,
      { ...app, scope_id: 'x', app_id: 'x' },
      { ...user, tenant_id: 'other' },
    ];
    for (const other of others) expect((await get(other)).config).toEqual({});
  });

  it('are not lost when they are changed at once', async () => {
    const keys = [...Array(12).keys()].map((n) => `k${n}`);
    await Promise.all(keys.map((key) => put(app, { config: { deep: { [key]: 1 } } })));
    expect(Object.keys((await get(app)).config['deep'] as object).sort()).toEqual(keys.sort());
  });

  it('that are too large, too deep or named like a prototype are refused, and nothing is stored', async () => {
    const deep = JSON.parse('{"a":'.repeat(40) + '1' + '}'.repeat(40)) as Record<string, unknown>;
    const named = ['__proto__', 'constructor', 'prototype'].map((key) => JSON.parse(`{"a":{"${key}":{"x":1}}}`) as Record<string, unknown>);
    for (const config of [deep, { a: 'x'.repeat(65_536) }, { ['k'.repeat(201)]: 1 }, ...named])
      for (const part of ['config', 'enforced', 'role_defaults']) expect(await codeOf(put(app, { [part]: config }))).toBe('invalid_input');
    await put(app, { config: { a: 'x'.repeat(40_000) } });
    expect(await codeOf(put(app, { config: { b: 'x'.repeat(40_000) } }))).toBe('invalid_input');
    expect(Object.keys((await get(app)).config)).toEqual(['a']);
    expect(({} as { x?: number }).x).toBeUndefined();
    const { body } = await problemOf(put(app, { config: named[1]! }));
    expect(body.detail).toEqual([expect.objectContaining({ loc: ['config', 'a', 'constructor'] })]);
  });

  it('of ids that contradict each other, and of unknown scopes, are refused', async () => {
    const faulty = [
      { ...tenant, tenant_id: 'other' },
      { ...app, app_id: 'other' },
      { ...app, scope: 'planet' },
      { ...app, scope_id: '' },
    ];
    for (const ref of faulty) expect(await codeOf(get(ref as ConfigRef))).toBe('invalid_input');
  });

  it('are those of the tenant of the acting user, if there is one', async () => {
    const forZoe = asService('test', { tenant: 'other', user: 'imp_u_zoe' });
    for (const ref of [tenant, app, user, platform]) {
      expect(await codeOf(get(ref, forZoe))).toBe('forbidden');
      expect(await codeOf(put(ref, { config: { a: 1 } }, forZoe))).toBe('forbidden');
    }
    expect(await codeOf(resolve({}, forZoe))).toBe('forbidden');
    expect(await put({ scope: 'user', scope_id: 'imp_u_zoe' }, { config: { a: 1 } }, forZoe)).toMatchObject({ tenant_id: 'other' });
  });

  it('that change are an event without values, for the audit log of their tenant', async () => {
    await put(app, { config: { token: 'not in the log' }, enforced: { a: 1 } });
    const [event] = await harness.query(
      `select ctx ->> 'tenant' as tenant, payload from outbox where subject = 'event.registry.configChanged' order by seq desc limit 1`,
    );
    expect(event).toEqual({ tenant: 'default', payload: { scope: 'app', scope_id: APP, paths: ['config.token', 'enforced.a'] } });
  });

  it('of an erased user are gone', async () => {
    await put(user, { config: { a: 1 } });
    await put({ ...user, scope_id: 'imp_u_bob' }, { config: { a: 1 } });
    await harness.publish(auth.userErased, { tenant_id: 'default', user_id: 'imp_u_ada' });
    await waitUntil('the erasure', async () => (await harness.query('select from config')).length === 1);
    expect((await get(user)).config).toEqual({});
  });
});

describe('what holds for a user', () => {
  const walk = (...keys: string[]) => ({ walk: Object.fromEntries(keys.map((key) => [key, 0])) });
  const of = (value: string, ...keys: string[]) => ({
    walk: Object.fromEntries(Object.keys(walk(...keys).walk).map((key) => [key, value])),
  });

  it('comes from the platform, the tenant, the app, the role and the user in this order, and what is enforced comes last', async () => {
    await put(platform, { config: of('platform', 'p', 't', 'a', 'd', 'r', 'u', 'e', 'x'), enforced: of('platform!', 'x') });
    await put(tenant, {
      config: of('tenant', 't', 'a', 'd', 'r', 'u', 'e', 'x'),
      role_defaults: { user: of('defaults', 'd', 'r', 'u', 'e', 'x') },
      enforced: of('tenant!', 'e', 'x'),
    });
    await put(app, { config: of('app', 'a', 'd', 'r', 'u', 'e', 'x') });
    await put(role, { config: of('role', 'r', 'u', 'e', 'x') });
    await put(user, { config: of('user', 'u', 'e', 'x') });
    expect(await resolve({ explain: 1 })).toEqual({
      ...{ tenant_id: 'default', app_id: APP, role: 'user', user_id: 'imp_u_ada' },
      config: { walk: { p: 'platform', t: 'tenant', a: 'app', d: 'defaults', r: 'role', u: 'user', e: 'tenant!', x: 'platform!' } },
      sources: {
        ...{ 'walk.p': 'platform', 'walk.t': 'tenant', 'walk.a': 'app', 'walk.d': 'role_defaults', 'walk.r': 'role' },
        ...{ 'walk.u': 'user', 'walk.e': 'enforced', 'walk.x': 'enforced' },
      },
    });
  });

  it('differs by role, app, user and tenant', async () => {
    await put(tenant, { role_defaults: { user: { a: 1 }, constructorless: 'no object' } });
    await put(app, { config: { b: 1 } });
    await put(user, { config: { c: 1 } });
    expect((await resolve()).config).toEqual({ a: 1, b: 1, c: 1 });
    expect((await resolve({ role: 'viewer' })).config).toEqual({ b: 1, c: 1 });
    expect((await resolve({ role: 'constructor' })).config).toEqual({ b: 1, c: 1 });
    expect((await resolve({ app_id: 'other' })).config).toEqual({ a: 1, c: 1 });
    expect((await resolve({ user_id: 'imp_u_bob' })).config).toEqual({ a: 1, b: 1 });
    expect(await resolve({ tenant_id: 'other' })).toEqual({
      ...{ tenant_id: 'other', app_id: APP, role: 'user', user_id: 'imp_u_ada', config: {} },
    });
  });
});

describe('the defaults of a tenant', () => {
  const administrator = (tenant: string) => asUser('admin', { tenant, role: 'admin', scopes: ['*'] });
  const read = (ctx: Ctx, tenant_id?: string) => harness.call(registry.getTenantDefaults, ctx, { tenant_id });
  const change = (ctx: Ctx, knobs: object) => harness.call(registry.updateTenantDefaults, ctx, knobs);

  it('are changed one by one, and are settings of the tenant', async () => {
    const before = await read(administrator('default'));
    expect(before).toMatchObject({ max_tool_rounds: 10, confirmation_enabled: false });
    expect(await change(administrator('default'), { max_tool_rounds: 12, kav_max_retries: null })).toEqual({
      updated: ['max_tool_rounds'],
    });
    expect(await read(administrator('default'))).toEqual({ ...before, max_tool_rounds: 12 });
    expect((await get(tenant)).config).toEqual({ max_tool_rounds: 12 });
    await put(tenant, { config: { max_tool_rounds: 'many' } });
    expect(await read(administrator('default'))).toEqual(before);
    expect(await codeOf(change(administrator('default'), { max_tool_rounds: 0 }))).toBe('invalid_input');
  });

  it('are changed by its administrators and those of the platform only', async () => {
    await change(administrator('default'), { tenant_id: 'other', max_tool_rounds: 12 });
    expect(await read(administrator('other'))).toMatchObject({ max_tool_rounds: 12 });
    expect(await codeOf(read(administrator('other'), 'default'))).toBe('forbidden');
    expect(await codeOf(change(administrator('other'), { tenant_id: 'default', max_tool_rounds: 13 }))).toBe('forbidden');
    expect(await read(administrator('default'))).toMatchObject({ max_tool_rounds: 10 });
  });
});
