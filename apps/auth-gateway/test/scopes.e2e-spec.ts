import { PLATFORM_SCOPES } from '@skep/contracts';
import { auth, type CreateScope, type ScopeSource, includesScope } from '@skep/contracts/auth';
import { codeOf, codesOf, asUser, problemOf, asService } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { computeOverrides, missingScopes } from '../src/scope/scopes.js';
import { type AuthHarness, startAuth, PASSWORD } from './auth.js';

let harness: AuthHarness;
const admin = asUser('root', { role: 'admin', scopes: ['*'] });
const elsewhere = { ...admin, tenant: 'elsewhere' };
const platform = asService('kernel', { tenant: '_platform_', scopes: ['*'] });
beforeAll(async () => {
  harness = await startAuth();
  await harness.query(`insert into tenant (id, name) values ('elsewhere', 'Elsewhere')`);
});
afterAll(() => harness?.close());

const list = async (more: { resource?: string; source?: ScopeSource } = {}, ctx = admin) =>
  (await harness.call(auth.listScopes, ctx, more)).rows;
const create = (more: Partial<CreateScope> = {}, ctx = admin) =>
  harness.call(auth.createScope, ctx, { resource: 'cats', action: 'feed', ...more });
const change = (scope_id: number, ctx = admin) => harness.call(auth.updateScope, ctx, { scope_id, description: 'Other' });
const remove = (scope_id: number, ctx = admin) => harness.call(auth.deleteScope, ctx, { scope_id });

describe('the catalogue', () => {
  it('contains every scope of the platform with its resource and action', async () => {
    const names = (await list({ source: 'platform' })).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(PLATFORM_SCOPES).sort());
    expect(await list({ resource: 'admin:audit' })).toMatchObject([
      { name: 'admin:audit:read', action: 'read', tenant_id: '_platform_', is_system: true, description: expect.stringMatching(/audit/) },
    ]);
  });

  it('contains a tenant’s own scopes for that tenant only', async () => {
    const made = await create({ description: 'Feed them', source: 'extension', source_id: 'cat-care', name: 'cats.feed' });
    expect(made).toMatchObject({ name: 'cats:feed', tenant_id: 'default', source: 'extension', source_id: 'cat-care', is_system: false });
    expect(await list({ resource: 'cats' })).toEqual([made]);
    expect(await list({ resource: 'cats' }, elsewhere)).toEqual([]);
    expect(await codeOf(create())).toBe('conflict');
    expect(await codeOf(create({ resource: 'store', action: 'read' }))).toBe('conflict');
    for (const code of await codesOf([change(made.id, elsewhere), remove(made.id, elsewhere)])) expect(code).toBe('scope_not_found');
    expect((await change(made.id)).description).toBe('Other');
    expect(await remove(made.id)).toEqual({ id: made.id, name: 'cats:feed', deleted: true });
    expect(await codeOf(remove(made.id))).toBe('scope_not_found');
  });

  it('does not let tenants change the platform’s scopes', async () => {
    const [scope] = await list({ resource: 'admin:audit' });
    for (const ctx of [admin, platform]) {
      expect(await codeOf(change(scope!.id, ctx))).toBe('system_scope');
      expect(await codeOf(remove(scope!.id, ctx))).toBe('system_scope');
    }
    const made = await create({ resource: 'dogs' }, platform);
    expect(made).toMatchObject({ source: 'platform', tenant_id: '_platform_' });
    expect(await list({ resource: 'dogs' }, elsewhere)).toEqual([made]);
    expect(await codeOf(remove(made.id))).toBe('system_scope');
    await remove(made.id, platform);
  });

  it.each(['default_scopes of a role', 'scopes of a user'])('keeps a scope that is among the %s', async (where) => {
    const { id } = await create({ resource: 'birds' });
    const role = `birds-${where.length}`;
    const scopes = ['birds:feed'];
    const defaults = { display_name: '', default_attributes: {}, default_extensions: [], confirmation_policy: 'x' };
    const limits = { max_concurrent_tasks: 1, monthly_action_limit: 1, context_window: 1 };
    const made = await harness.call(auth.createRole, admin, {
      name: role,
      default_scopes: where.startsWith('default') ? scopes : [],
      ...defaults,
      ...limits,
    });
    const someone = { email: `${role}@example.com`, password: PASSWORD, role: 'user', scopes: where.startsWith('scopes') ? scopes : [] };
    const { id: user_id } = await harness.call(auth.createUser, admin, someone);
    expect(await codeOf(remove(id))).toBe('scope_in_use');
    await harness.call(auth.updateUser, admin, { user_id, scopes: [] });
    await harness.call(auth.deleteRole, admin, { role_id: made.id });
    await remove(id);
  });

  it('rejects a wrong name, a foreign source and an invalid resource', async () => {
    expect((await problemOf(create({ name: 'dogs:feed' }))).body.detail).toMatchObject([{ loc: ['name'] }]);
    expect((await problemOf(create({ source: 'platform' }))).body.detail).toMatchObject([{ loc: ['source'] }]);
    expect((await problemOf(create({ resource: '*' }))).body.detail).toMatchObject([{ loc: ['resource'] }]);
  });
});

describe('an effective scope', () => {
  const CONCRETE = ['a:x', 'a:y', 'a:x:1', 'b:x', 'c:x'];
  const scope = fc.constantFrom('*', 'a:*', 'b:*', 'a.*', 'a:x', 'a:y', 'b:x', 'a:x:*', 'a:x:1');
  const lists = fc.uniqueArray(scope, { maxLength: 4 });
  const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 50 });
  const allows = (scopes: string[], wanted: string) => scopes.some((one) => includesScope(one, wanted));

  interface Parts {
    role: string[];
    granted: string[];
    denied: string[];
  }
  const effective = async (parts: Parts[]): Promise<string[][]> => {
    const list = (name: string) => `array(select jsonb_array_elements_text(p->'${name}'))`;
    const rows = await harness.query(
      `select effective_scopes('laws', ${list('role')}, ${list('granted')}, ${list('denied')}) as scopes
         from jsonb_array_elements($1) with ordinality as all_of (p, n) order by n`,
      [JSON.stringify(parts)],
    );
    return rows.map(({ scopes }) => scopes as string[]);
  };

  beforeAll(async () => {
    const parts = CONCRETE.map((name) => ({ name, resource: name.split(':')[0], action: name.split(':').slice(1).join(':') }));
    await harness.query(
      `insert into scope (tenant_id, name, resource, action, display_name, description, source)
       select 'laws', name, resource, action, name, '', 'tenant' from jsonb_to_recordset($1) as s (name text, resource text, action text)`,
      [JSON.stringify(parts)],
    );
  });

  it('comes from role or grant and is not denied, except that a grant by name overrides a wider denial', async () => {
    await fc.assert(
      fc.asyncProperty(many(fc.record({ role: lists, granted: lists, denied: lists })), async (cases) => {
        const got = await effective(cases);
        cases.forEach(({ role, granted, denied }, n) => {
          const counts = (held: string, byName: boolean, wanted: string) =>
            includesScope(held, wanted) &&
            denied.every((one) => !includesScope(one, wanted) || (byName && includesScope(one, held) && !includesScope(held, one)));
          const expected = CONCRETE.filter(
            (wanted) => role.some((held) => counts(held, false, wanted)) || granted.some((held) => counts(held, true, wanted)),
          );
          expect([role, granted, denied, CONCRETE.filter((wanted) => allows(got[n]!, wanted))]).toEqual([role, granted, denied, expected]);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('is among the exact scopes that an administrator sets', async () => {
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(lists, lists)), async (cases) => {
        const got = await effective(cases.map(([role, wanted]) => ({ role, ...computeOverrides(role, wanted) })));
        cases.forEach(([role, wanted], n) => {
          const differs = [missingScopes(got[n]!, wanted), missingScopes(wanted, got[n]!)];
          expect([role, wanted, differs]).toEqual([role, wanted, [[], []]]);
        });
      }),
      { numRuns: 20 },
    );
  });

  it('is covered by the same rule in SQL and in TypeScript', async () => {
    await fc.assert(
      fc.asyncProperty(many(fc.tuple(scope, scope)), async (pairs) => {
        const rows = await harness.query(
          `select scope_covers(p->>0, p->>1) as covers from jsonb_array_elements($1) with ordinality as all_of (p, n) order by n`,
          [JSON.stringify(pairs)],
        );
        expect(pairs.map((pair, n) => [pair, rows[n]!['covers']])).toEqual(pairs.map((pair) => [pair, includesScope(...pair)]));
      }),
      { numRuns: 10 },
    );
  });
});
