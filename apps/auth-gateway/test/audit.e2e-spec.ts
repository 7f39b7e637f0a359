import { agent } from '@skep/contracts/agent';
import { type AuditItem, auth, type ReadAudit } from '@skep/contracts/auth';
import { models } from '@skep/contracts/models';
import { nodes } from '@skep/contracts/nodes';
import { codeOf, asAnonymous, asUser, problemOf, asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';

let harness: AuthHarness;
let ada: Awaited<ReturnType<AuthHarness['newcomer']>>;
const admin = asUser('admin', { role: 'admin', scopes: ['*'] });
beforeAll(async () => {
  harness = await startAuth();
  ada = await harness.newcomer();
});
afterAll(() => harness?.close());

const read = (filter: Partial<ReadAudit> = {}, ctx = admin) => harness.call(auth.readAudit, ctx, { page: 1, per_page: 200, ...filter });
const newest = async (filter: Partial<ReadAudit>): Promise<AuditItem> => (await read(filter)).items[0]!;
const events = (ctx = ada.ctx, page = 1, per_page = 50) => harness.call(auth.listSecurityEvents, ctx, { page, per_page });
const entry = { actor_type: 'user', action: 'app.opened', target_type: 'app', source: 'mcp', tenant_id: 'default', actor_id: 'imp_u_x' };
const record = (more: object = {}, ctx = asService('kernel')) =>
  harness.call(auth.recordAudit, ctx, { ...entry, target_id: 'notes', ...more });

describe('the audit log', () => {
  it('records who created an account and a session, from which address and in which request', async () => {
    const [created, opened] = [await newest({ action: 'user.created' }), await newest({ action: 'session.opened' })];
    expect(created).toMatchObject({
      actor_id: 'test',
      actor_type: 'service',
      via: 'service:test',
      target_id: ada.user,
      metadata: { how: 'service', role: 'user' },
      ip_address: expect.stringMatching(/^10\./),
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(opened).toMatchObject({ target_type: 'session', target_id: ada.session, request_id: created.request_id });
    await harness.login(ada.email);
    expect(await newest({ action: 'session.opened' })).toMatchObject({ actor_id: ada.user, actor_type: 'user', via: 'nobody' });
  });

  it('records that the settings created the first administrator', async () => {
    const { items } = await read({ actor_id: 'auth-gateway' });
    expect(items).toMatchObject([{ action: 'user.created', metadata: { how: 'environment', role: 'admin' }, via: 'service:auth-gateway' }]);
  });

  it('records each created and revoked key once, without the key', async () => {
    const { id, key, key_prefix } = await harness.call(auth.createApiKey, ada.ctx, { name: 'laptop', scopes: 'store:read' });
    await harness.call(auth.revokeApiKey, ada.ctx, { key_id: id });
    await harness.call(auth.revokeApiKey, ada.ctx, { key_id: id });
    const { items } = await read({ target_type: 'api_key', target_id: id });
    expect(items).toMatchObject([
      { action: 'api_key.revoked', actor_id: ada.user },
      { action: 'api_key.created', metadata: { key_prefix, scopes: 'store:read' } },
    ]);
    expect(JSON.stringify(items)).not.toContain(key);
  });

  it('records revoked sessions and new passwords', async () => {
    const bob = await harness.newcomer();
    const about = async () => (await read({ target_id: bob.user })).items.map(({ action, metadata }) => [action, metadata]);
    const ctx = { ...bob.ctx, session: bob.session };
    await harness.login(bob.email);
    await harness.call(auth.revokeOtherSessions, ctx, {});
    await harness.call(auth.changePassword, ctx, { current_password: PASSWORD, new_password: 'another password' });
    await harness.call(auth.forgotPassword, someone(), { email: bob.email, tenant_id: 'default' });
    await harness.call(auth.resetPassword, someone(), { token: await harness.tokenFor(bob.email), new_password: PASSWORD });
    expect(await about()).toEqual([
      ['password.reset', { sessions_ended: 1 }],
      ['password.changed', { sessions_ended: 0 }],
      ['session.others_revoked', { sessions_ended: 1 }],
      ['user.created', { how: 'service', role: 'user' }],
    ]);
    const { refresh_token } = await harness.login(bob.email);
    await harness.call(auth.logout, someone(), { refresh_token });
    await harness.call(auth.logout, someone(), { refresh_token });
    const ends = await read({ action: 'session.revoked', actor_id: bob.user });
    expect(ends.items).toMatchObject([{ metadata: { reason: 'logout' }, via: 'nobody' }]);
  });

  it('records what administrators set for the language models and agents of everyone', async () => {
    const set = { scope: 'tenant' as const, scope_id: 'default', paths: ['enforced.monthly_tokens'], updated_by: 'imp_u_x' };
    await harness.publish(models.modelSettingsSet, set, { ctx: asService('panel', { tenant: 'default' }) });
    const changed = { kind: 'agent' as const, id: 'clerk', act: 'set' as const, fields: ['system_prompt'] };
    await harness.publish(agent.tenantDefaultChanged, changed, { ctx: asUser('boss', { role: 'admin' }) });
    const found = (action: string) => waitUntil(action, async () => (await read({ action })).items[0]);
    expect(await found('model_settings.changed')).toMatchObject({
      ...{ actor_id: 'panel', actor_type: 'service', source: 'models', target_type: 'tenant', target_id: 'default' },
      metadata: { paths: ['enforced.monthly_tokens'], updated_by: 'imp_u_x' },
    });
    expect(await found('tenant_agent.set')).toMatchObject({
      ...{ actor_id: 'imp_u_boss', actor_type: 'user', source: 'agent', target_type: 'tenant_agent', target_id: 'clerk' },
      metadata: { fields: ['system_prompt'] },
    });
  });

  it('separates entries that concern all tenants', async () => {
    await harness.call(auth.rotateSigningKey, asAnonymous({ actor: 'operator' }), { warm_up_seconds: 60 });
    expect((await read({ action: 'signing_key.rotated' })).total).toBe(0);
    expect((await read({}, asService('kernel', { tenant: '_platform_' }))).items).toMatchObject([
      { action: 'signing_key.rotated', actor_id: 'operator', actor_type: 'operator' },
    ]);
  });

  it('is written in the transaction of the change: without an entry there is no change', async () => {
    const eve = await harness.newcomer();
    await harness.query('alter table audit_log rename to renamed');
    try {
      const change = { current_password: PASSWORD, new_password: 'another password' };
      expect(await codeOf(harness.call(auth.changePassword, eve.ctx, change))).toBe('internal');
    } finally {
      await harness.query('alter table renamed rename to audit_log');
    }
    await harness.login(eve.email, PASSWORD);
  });

  it('cannot be changed by the service’s own database role', async () => {
    const [row] = await harness.query(`
      select has_table_privilege(r, 'audit_log', 'insert') as adds, has_table_privilege(r, 'audit_log', 'update') as changes,
             has_table_privilege(r, 'audit_log', 'delete') as removes, has_table_privilege(r, 'audit_log', 'truncate') as empties
        from (select '${new URL(harness.env['DATABASE_URL']!).username}'::name as r) service`);
    expect(row).toEqual({ adds: true, changes: false, removes: false, empties: false });
  });

  it.each(["update audit_log set actor_id = 'x'", 'delete from audit_log', 'truncate audit_log'])('rejects `%s`', async (sql) => {
    await expect(harness.query(sql)).rejects.toThrow('audit_log is append-only');
  });
});

describe('reading the audit log', () => {
  it('applies every filter, and all of them together', async () => {
    const { id, created_at } = await record({ actor_id: 'imp_u_filter', target_id: 'filtered' });
    const filter = { actor_id: 'imp_u_filter', target_type: 'app', target_id: 'filtered', action: 'app.opened', source: 'mcp' };
    const range = { from: created_at, to: new Date(created_at.getTime() + 1) };
    const ids = async (some: Partial<ReadAudit>) => (await read(some)).items.map((item) => item.id);
    for (const [field, value] of Object.entries({ ...filter, ...range })) {
      expect(await ids({ [field]: value })).toContain(id);
      if (typeof value === 'string') expect(await ids({ [field]: 'something else' })).toEqual([]);
    }
    expect(await ids({ ...filter, ...range })).toEqual([id]);
    expect(await ids({ ...filter, from: range.to })).toEqual([]);
    expect(await ids({ ...filter, to: created_at })).toEqual([]);
  });

  it('returns pages, newest first, without gaps', async () => {
    for (const target_id of ['1', '2', '3', '4', '5']) await record({ actor_id: 'imp_u_pages', target_id });
    const page = async (n: number) => read({ actor_id: 'imp_u_pages', page: n, per_page: 2 });
    const pages = [await page(1), await page(2), await page(3), await page(4)];
    expect(pages.map(({ items }) => items.map(({ target_id }) => target_id))).toEqual([['5', '4'], ['3', '2'], ['1'], []]);
    expect(pages[3]).toMatchObject({ total: 5, page: 4, per_page: 2 });
  });

  it('shows no entry of another tenant', async () => {
    await harness.query(`insert into tenant (id, name) values ('audited', 'Audited')`);
    await record({ tenant_id: 'audited' });
    const theirs = await read({}, { ...admin, tenant: 'audited' });
    expect(theirs.items.map(({ tenant_id }) => tenant_id)).toEqual(['audited']);
    expect((await read()).items.filter(({ tenant_id }) => tenant_id !== 'default')).toEqual([]);
  });

  it('rejects an invalid date', async () => {
    const problem = await problemOf(read({ from: 'yesterday' as unknown as Date }));
    expect(problem.body.detail).toMatchObject([{ loc: ['from'], type: 'is_date' }]);
  });
});

describe('an entry of another service', () => {
  it('names the service and hides secret-looking values at any depth', async () => {
    const metadata = { size: 3, nested: { refresh_token: 'rt_x', Password: 'p', apiKey: 'k' } };
    expect(await record({ metadata, changes: { client_secret: { from: 'a', to: 'b' }, role: { from: 'a', to: 'b' } } })).toMatchObject({
      ...entry,
      via: 'service:kernel',
      metadata: { size: 3, nested: { refresh_token: '[hidden]', Password: '[hidden]', apiKey: '[hidden]' } },
      changes: { client_secret: '[hidden]', role: { from: 'a', to: 'b' } },
    });
  });

  it('says who decided on which device', async () => {
    const decided = { tenant_id: 'default', user_id: ada.ctx.user, node_id: 'box' };
    await harness.publish(nodes.nodeDecided, { ...decided, decision: 'approved' as const }, { ctx: ada.ctx });
    const found = await waitUntil('the entry', () => newest({ action: 'node.approved' }));
    expect(found).toMatchObject({
      ...{ action: 'node.approved', target_type: 'node', target_id: 'box', source: 'nodes', actor_id: ada.ctx.user, tenant_id: 'default' },
      metadata: { user_id: ada.ctx.user },
    });
  });

  it('is rejected for an unknown tenant and without an action', async () => {
    expect((await problemOf(record({ tenant_id: 'nowhere' }))).body.detail).toMatchObject([{ loc: ['tenant_id'], type: 'tenant_unknown' }]);
    expect((await problemOf(record({ action: undefined }))).body.detail).toMatchObject([{ loc: ['action'], type: 'missing' }]);
  });
});

describe('a user’s security events', () => {
  it('contain the reuse of a refresh token and its network address', async () => {
    const { refresh_token } = await harness.login(ada.email);
    const { refresh_token: next } = await harness.call(auth.refresh, someone(), { refresh_token });
    await harness.call(auth.refresh, someone(), { refresh_token: next });
    const thief = someone();
    expect(await codeOf(harness.call(auth.refresh, thief, { refresh_token }))).toBe('invalid_refresh_token');
    const { items, total } = await events();
    expect(items[0]).toMatchObject({ action: 'session.reuse_detected', by_you: false, ip_address: thief.ip });
    expect(items.at(-1)).toMatchObject({ action: 'user.created', by_you: false, ip_address: null });
    expect(total).toBe(items.length);
    expect((await events(ada.ctx, 2, 1)).items).toEqual(items.slice(1, 2));
  });

  it('are visible to no other user or tenant', async () => {
    expect((await events({ ...ada.ctx, tenant: 'audited' })).total).toBe(0);
    const carl = await harness.newcomer();
    const { items } = await events(carl.ctx);
    expect(items.map(({ action }) => action).sort()).toEqual(['session.opened', 'user.created']);
  });

  it('reject page 0', async () => {
    expect(await codeOf(events(ada.ctx, 0))).toBe('invalid_input');
  });
});

it('entries are removed only if a setting says so, and never those of the last 30 days', async () => {
  const ages = async () =>
    (await harness.query(`select metadata->>'age' as age from audit_log where action = 'test.old' order by id`)).map(({ age }) => age);
  await harness.query(
    `insert into audit_log (id, tenant_id, actor_id, actor_type, via, action, target_type, target_id, source, metadata, created_at)
     overriding system value
     select -age, 'default', 'a', 'user', 'user', 'test.old', 'user', 'a', 'api', jsonb_build_object('age', age), now() - age * interval '1 day'
       from unnest(array[50, 40, 29]) age`,
  );
  const runCopy = async (days: string, expected: string[]) => {
    const another = await harness.startCopy({ SKEP_AUDIT_KEEP_DAYS: days });
    await waitUntil('the removal', async () => (await ages()).join() === expected.join());
    await another.stop();
  };
  await runCopy('0', ['50', '40', '29']);
  await runCopy('45', ['40', '29']);
  await runCopy('1', ['29']);
});
