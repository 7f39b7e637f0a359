import { tablesOf } from '@skep/platform';
import { type Infrastructure, openTestDatabase, startInfrastructure } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { service } from '../src/main.js';

let infra: Infrastructure;
beforeAll(async () => (infra = await startInfrastructure()));
afterAll(() => infra?.close());
const query = (sql: string) => infra.query('auth-gateway', sql);

it('accounts and sessions of an earlier release get what searches and removals read', async () => {
  const tables = await tablesOf(service);
  const { name, contract, entities, migrations } = tables;
  const env = await infra.env('auth-gateway');
  await (await openTestDatabase({ name, contract, entities, migrations: migrations.slice(0, 1), tenantScoped: true }, env)).close();
  await query(`
    insert into account (id, tenant_id, email, role, scopes, attributes) values
      ('imp_u_ada', 'default', 'Ada@example.com', 'user', '{}', '{"first_name": "Ada", "last_name": "Ünal"}'), ('imp_u_bob', 'default', 'b@c.d', 'user', '{}', '{}');
    insert into session (id, account_id, tenant_id, idle_until, expires_at, access_until, revoked_at) values
      ('ses_a', 'imp_u_ada', 'default', '2026-01-31 23:30+00', now(), now(), null), ('ses_r', 'imp_u_ada', 'default', now(), now(), '2026-02-01', now())`);
  await (await openTestDatabase(tables, env)).close();
  const migrated = () =>
    query(`select (select jsonb_object_agg(account_id, terms) from account_search) as terms,
                  (select jsonb_object_agg(id, array[idle_day::text, forget_at::text]) from session) as ends`);
  const before = await migrated();
  expect(before).toMatchObject([{ terms: { imp_u_bob: expect.any(Array) }, ends: { ses_a: ['2026-01-31', null] } }]);
  await query('update account set email = email; update session set idle_until = idle_until');
  expect(await migrated()).toEqual(before);
});
