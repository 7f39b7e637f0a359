import { auth } from '@skep/contracts/auth';
import { type Database, statement, tablesOf } from '@skep/platform';
import { codeOf, openTestDatabase, totpCode } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { service } from '../src/main.js';
import { type AuthHarness, startAuth, PASSWORD, someone } from './auth.js';
import { ORIGIN, withPasskey, withTotp } from './factors.js';

const OTHER = 'other';
const TABLES_WITH_TENANT = `
  select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
         (select count(*) from pg_policy p where p.polrelid = c.oid and p.polname = 'tenant_isolation') as policies
    from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
   where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname = 'tenant_id' order by 1`;

let harness: AuthHarness;
/** Connected with the service's database role. */
let db: Database;
let theirs: Awaited<ReturnType<AuthHarness['newcomer']>>;

beforeAll(async () => {
  harness = await startAuth({ SKEP_PUBLIC_URL: ORIGIN });
  await harness.query('insert into tenant (id, name) values ($1, $1)', [OTHER]);
  theirs = await harness.newcomer(undefined, OTHER);
  await harness.newcomer();
  await harness.call(auth.createApiKey, theirs.ctx, { name: 'theirs', scopes: '*' });
  const signup = { email: 'new@example.com', password: 'correct horse battery', tenant_id: OTHER };
  await harness.call(auth.signup, someone(), signup);
  await harness.call(auth.forgotPassword, someone(), { email: theirs.email, tenant_id: OTHER });
  await withPasskey(harness, theirs);
  const { secret } = await withTotp(harness, theirs);
  const change = { new_email: 'their.new@example.com', password: PASSWORD, code: totpCode(secret) };
  await harness.call(auth.changeEmail, theirs.ctx, change);
  db = await openTestDatabase(await tablesOf(service), harness.env);
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

describe('row-level security', () => {
  it('is enabled for every table that has a tenant_id', async () => {
    const tables = await harness.query(TABLES_WITH_TENANT);
    expect(tables.length).toBeGreaterThanOrEqual(6);
    expect(tables.filter(({ forced, policies }) => !forced || policies !== 1)).toEqual([]);
  });

  it.each([
    ...['account', 'api_key', 'audit_log', 'password_reset', 'pending_signup', 'session'],
    ...['totp', 'recovery_code', 'passkey', 'email_change'],
  ])('hides the rows of another tenant in %s from a query without a tenant condition', async (table) => {
    const kept = await harness.query(`select * from ${table} where tenant_id = $1`, [OTHER]);
    expect(kept.length).toBeGreaterThan(0);
    await db.inTenant('default', async () => {
      const tenants = await db.rows(statement(`select distinct tenant_id from ${table}`, { tenant_id: 'text' }));
      expect(tenants.filter(({ tenant_id }) => tenant_id !== 'default')).toEqual([]);
      if (table !== 'audit_log') {
        const update = statement(`update ${table} set tenant_id = tenant_id where tenant_id = :tenant returning 1`);
        const remove = statement(`delete from ${table} where tenant_id = :tenant returning 1`);
        for (const write of [update, remove]) expect(await db.rows(write, { tenant: OTHER })).toEqual([]);
      }
      const copy = `insert into ${table} select (jsonb_populate_record(null::${table}, :row::jsonb)).*`;
      const identity = table === 'audit_log' ? copy.replace(' select', ' overriding system value select') : copy;
      await expect(db.rows(statement(identity), { row: JSON.stringify(kept[0]) })).rejects.toThrow(/row-level security/);
    });
    expect(await harness.query(`select * from ${table} where tenant_id = $1`, [OTHER])).toEqual(kept);
    expect(await db.rows(statement(`select from ${table}`))).toEqual([]);
  });

  it('hides a tenant’s data from users of another tenant who know the ids', async () => {
    const stranger = someone({ tenant: 'default', user: theirs.user, actor: 'user' });
    expect(await codeOf(harness.call(auth.getMe, stranger, {}))).toBe('user_not_found');
    expect(await codeOf(harness.call(auth.revokeSession, stranger, { session_id: theirs.session }))).toBe('session_not_found');
    expect(await harness.call(auth.listApiKeys, stranger, {})).toEqual([]);
  });
});
