import type { Page } from '@skep/contracts';
import { type AuditPage, auth, type ListUsers, type ReadAudit } from '@skep/contracts/auth';
import { type Database, declarationOf, readConfig, tablesOf } from '@skep/platform';
import { asUser, openTestDatabase, type Plan, plansOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgencyRepository } from '../src/agency/agency.repository.js';
import { ApiKeyRepository } from '../src/api-key/api-key.repository.js';
import { AuditRepository } from '../src/audit/audit.repository.js';
import { AuthGatewayConfig } from '../src/auth-gateway.config.js';
import { service } from '../src/main.js';
import { RoleRepository } from '../src/role/role.repository.js';
import { ScopeRepository } from '../src/scope/scope.repository.js';
import { SessionRepository } from '../src/session/session.repository.js';
import { TenantRepository } from '../src/tenant/tenant.repository.js';
import { UserRepository } from '../src/user/user.repository.js';
import { type AuthHarness, someone, startAuth } from './auth.js';

/** Rows of each table, most of them of the tenant `big`. */
const ROWS = 24_000;
const LIMIT = 20;
/** The rows that a page may read per row that it returns. */
const READ_PER_ROW = 20;
/** The rows that filters without an index look through. */
const LOOKED_THROUGH = 10_000;
/** A search looks through the newest 1,000 users and takes 250 from the index, and then reads those that it has found. */
const SEARCHED_MAX = 2_500;

/**
 * Each tenth row is of another tenant. The newest half of the users is deactivated. Users with the role `rare` are the oldest ones, which are
 * active, and the newest ones, which are not.
 */
const FILL = `
  set session_replication_role = replica;
  insert into tenant (id, name, created_at, deleted_at)
  select case when n = 1 then 'big' else 't' || n end, 'T', now() - make_interval(secs => n), case when n > 2 and n < ${ROWS / 2} then now() end
    from generate_series(1, ${ROWS}) n;
  insert into agency (tenant_id, agency_id, display_name, settings, created_at)
  select case n % 10 when 0 then 'other' else 'big' end, 'a' || n, 'A', '{}', now() from generate_series(1, ${ROWS}) n;
  insert into role (id, tenant_id, name, display_name, default_scopes, is_system)
  select 'role_' || n, case n % 10 when 0 then 'other' else 'big' end, 'r' || n, 'R', '{}', n < 5 from generate_series(1, ${ROWS}) n;
  insert into scope (tenant_id, name, resource, action, display_name, description, source)
  select case n % 10 when 0 then 'other' else 'big' end, r || ':a' || n, r, 'a' || n, 'S', '', case when n % 15 = 1 then 'extension' else 'tenant' end
    from generate_series(1, ${ROWS}) n, lateral (select case when n % 20 = 1 then 'rare' else 'common' end as r) resource;
  insert into audit_log (tenant_id, actor_id, actor_type, via, action, target_type, target_id, subject_id, source, created_at)
  select case n % 10 when 0 then 'other' else 'big' end, case when n < 60 then 'rare' else 'busy' end, 'user', 'user', case when n % 2000 = 1 then 'rare' else 'common' end,
         case when n < 3000 then 'old' else 'new' end, 't' || n % 50, 'imp_u_subject', 'api', now() - make_interval(secs => ${ROWS} - n)
    from generate_series(1, ${ROWS}) n;
  insert into session (id, account_id, tenant_id, idle_until, expires_at, access_until, revoked_at, idle_day, forget_at, created_at)
  select 'ses_' || n, 'imp_u_subject', 'big', now() + interval '1 day', now() + interval '1 day', now() + ends, revoked, current_date + 1, case when revoked is not null then now() + ends end,
         now() - make_interval(secs => ${ROWS} - n)
    from generate_series(1, ${ROWS}) n,
         lateral (select case when n < ${ROWS / 2} then interval '-1 hour' else interval '1 hour' end as ends,
                         case when n % 3 > 0 then now() - make_interval(secs => ${ROWS} - n) end as revoked) s;
  insert into api_key (id, account_id, tenant_id, hash, key_prefix, name, scopes, revoked_at)
  select 'key_' || n, 'imp_u_subject', 'big', sha256(n::text::bytea), 'p', 'k', '*', case when n % 1000 > 0 then now() end from generate_series(1, ${ROWS}) n;
  insert into account (id, tenant_id, email, role, role_scopes, is_active, attributes, scopes, created_at)
  select case n when 0 then 'imp_u_subject' else 'imp_u_' || left(md5(n::text), 20) end, case when n % 10 = 0 and n > 0 then 'other' else 'big' end,
         'user' || n || '@example.com', case when n <= 40 or n > ${ROWS} - 5000 then 'rare' else 'user' end, '{}', n <= ${ROWS / 2},
         jsonb_build_object('first_name', 'First' || n % 1000, 'last_name', 'Last'),
         case when n % 500 = 1 then array['cats:*'] else array['store:read'] end, now() - make_interval(secs => ${ROWS} - n)
    from generate_series(0, ${ROWS}) n;
  set session_replication_role = origin;
  insert into account_search select id, search_terms(tenant_id, searched_text(account)) from account on conflict do nothing;
  analyze`;

const ctx = asUser('subject', { tenant: 'big' });
let harness: AuthHarness;
let db: Database;
let users: UserRepository;
let audit: AuditRepository;
let sessions: SessionRepository;

beforeAll(async () => {
  harness = await startAuth();
  await harness.query(FILL);
  db = await openTestDatabase(await tablesOf(service), harness.env);
  users = new UserRepository(db);
  audit = new AuditRepository(db);
  sessions = new SessionRepository(db, readConfig(AuthGatewayConfig, harness.env));
});
afterAll(async () => {
  await db?.close();
  await harness?.close();
});

/** Reads a page of at most `LIMIT` rows, and returns the cursor of the next one. */
type Reader = (cursor?: string) => Promise<string | null>;
const nextOf = ({ rows, has_more, cursorAt }: Page<object>) => (has_more ? cursorAt!(rows.length - 1) : null);
const listUsers = (filter: Partial<ListUsers>) => users.list(ctx, { include_inactive: false, limit: LIMIT, offset: 0, ...filter });
const readAudit = (filter: Partial<ReadAudit>) => audit.list(ctx, { page: 1, per_page: LIMIT, ...filter });
const ofUsers =
  (filter: Partial<ListUsers>): Reader =>
  async (cursor) =>
    nextOf(await listUsers({ ...filter, cursor }));
const ofAudit =
  (filter: Partial<ReadAudit>): Reader =>
  async (cursor) =>
    (await readAudit({ ...filter, cursor })).next_cursor;
const inTenant = <T>(work: () => Promise<T>) => db.inTenant(ctx.tenant, work);

/** The plans of the pages themselves, without those of totals. */
const plansOfPages = async (work: () => Promise<unknown>): Promise<Plan[]> =>
  (await inTenant(() => plansOf(db, work))).filter(({ sql }) => sql.includes('cursor_0'));
const isBounded = ({ sql, rowsRead }: Plan, max: number) => expect({ sql, isBounded: rowsRead <= max }).toEqual({ sql, isBounded: true });

describe('a page reads few more rows than it returns, also after a cursor', () => {
  const hour = 3_600_000;
  const READERS: Record<string, Reader> = {
    'the active users': ofUsers({}),
    'all users': ofUsers({ include_inactive: true }),
    'the deactivated users': ofUsers({ is_active: false }),
    'the users with a rare role': ofUsers({ role: 'rare' }),
    'all users with a rare role': ofUsers({ role: 'rare', include_inactive: true }),
    'the deactivated users with a role': ofUsers({ role: 'user', is_active: false }),
    'all tenants': async (cursor) => nextOf(await db.acrossTenants(() => new TenantRepository(db).list({ limit: LIMIT, cursor }))),
    agencies: async (cursor) => nextOf(await new AgencyRepository(db).list(ctx.tenant, { limit: LIMIT, cursor })),
    'the audit log': ofAudit({}),
    'the audit log of some time': ofAudit({ from: new Date(Date.now() - 5 * hour), to: new Date(Date.now() - 4 * hour) }),
    'the audit log by target': ofAudit({ target_id: 't7' }),
    'the audit log by a rare actor': ofAudit({ actor_id: 'rare' }),
    'the audit log by a common actor': ofAudit({ actor_id: 'busy', to: new Date(Date.now() - hour) }),
    'the audit log by a common action': ofAudit({ action: 'common' }),
    'security events': async (cursor) => (await audit.listSecurityEvents(ctx, { page: 1, per_page: LIMIT, cursor })).next_cursor,
  };
  it.each(Object.keys(READERS))('of %s', async (name) => {
    const read = READERS[name]!;
    let cursor: string | null = null;
    const plans = [
      ...(await plansOfPages(async () => (cursor = await read()))),
      ...(await plansOfPages(async () => (cursor = await read(cursor!)))),
    ];
    expect(plans).toHaveLength(2);
    for (const plan of plans) isBounded(plan, READ_PER_ROW * LIMIT);
  });

  const scopes = (filter: Parameters<ScopeRepository['list']>[1]) => new ScopeRepository(db).list(ctx, filter);
  const WITHOUT_PAGES: Record<string, Reader> = {
    roles: async (cursor) => nextOf(await new RoleRepository(db).list(ctx, { cursor })),
    scopes: async (cursor) => nextOf(await scopes({ cursor })),
    'scopes of a resource': async (cursor) => nextOf(await scopes({ resource: 'rare', cursor })),
    'scopes of a source': async (cursor) => nextOf(await scopes({ source: 'extension', cursor })),
    'sessions revoked in the last day': async (cursor) =>
      nextOf(await sessions.listRevoked({ since: new Date(Date.now() - 24 * hour), cursor })),
    'sessions revoked in the last hour': async (cursor) =>
      nextOf(await sessions.listRevoked({ since: new Date(Date.now() - hour), cursor })),
  };
  it.each(Object.keys(WITHOUT_PAGES))('of %s, which come by 1,000 rows', async (name) => {
    const read = WITHOUT_PAGES[name]!;
    let cursor: string | null = null;
    const plans = [
      ...(await plansOfPages(async () => (cursor = await read()))),
      ...(await plansOfPages(async () => (cursor = await read(cursor!)))),
    ];
    for (const plan of plans) isBounded(plan, 1_000 + 200);
  });
});

it('a page deep in a list of rows with the same time reads few more rows than it returns', async () => {
  const agencies = new AgencyRepository(db);
  const { cursorAt } = await inTenant(() => agencies.list(ctx.tenant, { limit: 1, offset: 9_000 }));
  for (const plan of await plansOfPages(() => agencies.list(ctx.tenant, { limit: LIMIT, cursor: cursorAt!(0) })))
    isBounded(plan, READ_PER_ROW * LIMIT);
});

it('a tenant that is not the operator’s reads only itself from the list of tenants', async () => {
  for (const plan of await plansOfPages(() => new TenantRepository(db).list({ limit: LIMIT }, ctx.tenant))) isBounded(plan, 1);
});

it('the lists that are short by themselves read few rows, however many have ended', async () => {
  const plans = await inTenant(() =>
    plansOf(db, async () => {
      expect(await new ApiKeyRepository(db).list(ctx)).toHaveLength(ROWS / 1_000);
      expect(await sessions.listActive(ctx)).toHaveLength(1_000);
    }),
  );
  for (const plan of plans) isBounded(plan, 4 * 1_000);
});

describe('filters that no index serves look through 10,000 rows', () => {
  it.each<[string, Partial<ListUsers>, number]>([
    ['a scope', { scope: 'cats:feed', include_inactive: true }, 22],
    ['a scope of users with a role', { scope: 'cats:feed', role: 'rare' }, 1],
  ])('%s', async (_, filter, found) => {
    for (const plan of await plansOfPages(() => listUsers(filter))) isBounded(plan, LOOKED_THROUGH + 1);
    expect((await inTenant(() => listUsers({ ...filter, limit: 200 }))).total).toBe(found);
  });

  it.each<[string, Partial<ReadAudit>, number]>([
    ['a type of target', { target_type: 'new' }, 10_000],
    ['an old type of target', { target_type: 'old' }, 0],
    ['an old type of target until some time', { target_type: 'old', to: new Date(Date.now() - (ROWS - 3_500) * 1_000) }, 2_700],
    ['an action of an actor', { actor_id: 'busy', action: 'rare' }, 5],
    ['a type of a target', { target_id: 't7', target_type: 'old' }, 60],
  ])('%s in the audit log', async (_, filter, found) => {
    for (const plan of await plansOfPages(() => readAudit(filter))) isBounded(plan, LOOKED_THROUGH + 1);
    expect((await inTenant(() => readAudit(filter))).total).toBe(found);
  });
});

describe('a search of users', () => {
  const find = (search: string, more: Partial<ListUsers> = {}) =>
    inTenant(() => listUsers({ search, include_inactive: true, limit: 200, ...more }));

  it.each(['example.com', 'user54', 'first77 last', 'st7', 'us', 'fi', 'u', 'nobody at all'])(
    'for "%s" reads a bounded number of rows',
    async (search) => {
      const plans = await inTenant(() => plansOf(db, () => listUsers({ search, include_inactive: true })));
      for (const plan of plans) isBounded(plan, SEARCHED_MAX);
    },
  );

  it('finds the oldest users by any part of their id, address and name', async () => {
    const [{ id, email }] = (await harness.query(`select id, email from account where email = 'user1@example.com'`)) as [
      Record<string, string>,
    ];
    for (const search of [id!, id!.slice(8, 20).toUpperCase(), email!, 'user1@', 'USER1@exa']) {
      const { rows, total_capped } = await find(search);
      expect([rows.map((user) => user.id), total_capped]).toEqual([[id], false]);
    }
    const { rows } = await find('t7 last', { role: 'rare', include_inactive: false });
    expect(rows.map((user) => user.email)).toEqual(['user7@example.com']);
  });

  it('of two characters finds beginnings', async () => {
    await harness.query(
      `update account set attributes = '{"first_name": "Xu", "last_name": "Aqxu"}' where email in ('user2@example.com', 'user10@example.com')`,
    );
    expect((await find('XU')).rows.map((user) => user.email)).toEqual(['user2@example.com']);
    expect((await find('qx')).rows).toEqual([]);
    expect((await find('qxu')).rows).toHaveLength(1);
  });

  it('that many users match begins with the newest, and says that there are more', async () => {
    const { rows, total, total_capped } = await find('example.com');
    expect([total, total_capped]).toEqual([1_000, true]);
    const newest = await inTenant(() => listUsers({ include_inactive: true, limit: 200 }));
    expect(rows.map(({ id }) => id)).toEqual(newest.rows.map(({ id }) => id));
  });

  it('continues after a cursor', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await find('first77 last', { limit: 7, cursor });
      seen.push(...page.rows.map(({ email }) => email));
      cursor = nextOf(page) ?? undefined;
    } while (cursor);
    expect(seen).toEqual((await find('first77 last')).rows.map(({ email }) => email));
    expect(new Set(seen).size).toBe(ROWS / 1_000);
  });
});

it.each(['user', 'scope'])('a walk by cursors finds each %s once, in order', async (kind) => {
  const [{ ids }] = (await harness.query(
    kind === 'user'
      ? `select array_agg(id order by created_at desc, id desc) as ids from account where tenant_id = 'big'`
      : `select array_agg(name order by name, id) as ids from scope where tenant_id in ('big', '_platform_')`,
  )) as [{ ids: string[] }];
  const read = (cursor?: string) =>
    inTenant<Page<{ id: string | number; name?: string }>>(() =>
      kind === 'user' ? listUsers({ include_inactive: true, limit: 200, cursor }) : new ScopeRepository(db).list(ctx, { cursor }),
    );
  const seen: (string | number)[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    seen.push(...page.rows.map(({ id, name = id }) => name));
    cursor = nextOf(page) ?? undefined;
  } while (cursor);
  expect(seen).toEqual(ids);
});

it('an audit page has a total up to 10,000, and none after a cursor', async () => {
  const pages: AuditPage[] = [];
  await inTenant(async () => {
    pages.push(await readAudit({}));
    pages.push(await readAudit({ cursor: pages[0]!.next_cursor! }));
  });
  expect(pages.map(({ total, total_capped }) => [total, total_capped])).toEqual([
    [10_000, true],
    [undefined, false],
  ]);
});

it('a refresh writes to no index of the sessions', async () => {
  const updates = async () =>
    (await harness.query(`select n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'session'`))[0] as {
      all: number;
      hot: number;
    };
  let { refresh_token } = (await harness.newcomer()).tokens;
  const before = await updates();
  for (let n = 0; n < 5; n++) ({ refresh_token } = await harness.call(auth.refresh, someone(), { refresh_token }));
  const after = await waitUntil('the statistics', async () => {
    const now = await updates();
    return now.all >= before.all + 5 ? now : undefined;
  });
  expect(after.hot - before.hot).toBe(after.all - before.all);
});

/** Tables that every service has. */
const OF_THE_PLATFORM = ['run', 'slot', 'schedule', 'stored_object', 'outbox', 'inbox', 'idempotency'];

it('removal finds expired rows by an index', async () => {
  await harness.stop();
  const expired = `now() + case when n <= 10 then interval '-60 days' else interval '60 days' end`;
  await harness.query(`
    set session_replication_role = replica;
    insert into pending_signup (token_hash, user_id, tenant_id, email, password_hash, attributes, token_sent, network, expires_at)
    select sha256(n::text::bytea), 'u', 'big', 'e', 'p', '{}', true, 'n', ${expired} from generate_series(1, ${ROWS}) n;
    insert into password_reset (token_hash, tenant_id, email, token_sent, expires_at)
    select sha256(n::text::bytea), 'big', 'e', true, ${expired} from generate_series(1, ${ROWS}) n;
    insert into email_change (token_hash, account_id, tenant_id, new_email, token_sent, expires_at)
    select sha256(n::text::bytea), 'u', 'big', 'e', true, ${expired} from generate_series(1, ${ROWS}) n;
    insert into device_grant (code_hash, user_code, code_challenge, expires_at)
    select sha256(n::text::bytea), n, 'c', ${expired} from generate_series(1, ${ROWS}) n;
    insert into sign_in (hash, step, tenant_id, provider_id, email, code_challenge, return_to, nonce, code_verifier, expires_at)
    select sha256(n::text::bytea), 'state', 'big', 'i', 'e', 'c', 'r', 'n', 'v', ${expired} from generate_series(1, ${ROWS}) n;
    insert into oauth_request (request_hash, browser_hash, client_id, client_name, redirect_uri, code_challenge, resource, scope, asks_consent, expires_at)
    select sha256(n::text::bytea), '', 'c', 'c', 'r', 'c', 'r', 's', false, ${expired} from generate_series(1, ${ROWS}) n;
    insert into attest_challenge (id, challenge, purpose, expires_at) select n, '', 'attest', ${expired} from generate_series(1, ${ROWS}) n;
    insert into attested_device (id, key_id, app_id, environment, public_key, receipt, used_at)
    select n, n, 'a', 'production', '', '', ${expired} from generate_series(1, ${ROWS}) n;
    insert into challenge (hash, purpose, expires_at) select sha256(n::text::bytea), 'p', ${expired} from generate_series(1, ${ROWS}) n;
    insert into attempt (key, level, at) select sha256(n::text::bytea), 1, ${expired} from generate_series(1, ${ROWS}) n;
    insert into totp (account_id, tenant_id, sealed_secret, created_at) select n, 'big', '', ${expired} from generate_series(1, ${ROWS}) n;
    set session_replication_role = origin;
    update session set idle_until = now() - interval '60 days' where id in ('ses_3', 'ses_6');
    update session set expires_at = now() - interval '60 days' where id in ('ses_9', 'ses_12');
    update session set revoked_at = now() - interval '60 days' where id in ('ses_10', 'ses_11');
    insert into refresh_token (hash, session_id) select sha256(id::bytea), id from session;
    analyze`);
  const removed = {
    ...{
      pending_signup: 10,
      password_reset: 10,
      email_change: 10,
      device_grant: 10,
      challenge: 10,
      attempt: 10,
      totp: 10,
      sign_in: 10,
      oauth_request: 10,
    },
    ...{ session: 6, refresh_token: 6, attest_challenge: 10, attested_device: 10 },
  };
  const declared = declarationOf(service).retention.flatMap(({ table, removal }) => (removal && 'after' in removal ? [table] : []));
  expect(Object.keys(removed)).toEqual(expect.arrayContaining(declared.filter((table) => !OF_THE_PLATFORM.includes(table))));
  const statistics = async () => {
    const rows = await harness.query('select relname, seq_tup_read, n_tup_del from pg_stat_user_tables');
    return new Map(rows.map(({ relname, ...numbers }) => [relname as string, numbers as { seq_tup_read: number; n_tup_del: number }]));
  };
  const before = await statistics();
  await harness.restart();
  const after = await waitUntil('the removals', async () => {
    const now = await statistics();
    return Object.entries(removed).every(([table, count]) => now.get(table)!.n_tup_del - before.get(table)!.n_tup_del === count)
      ? now
      : undefined;
  });
  for (const table of Object.keys(removed))
    expect([table, after.get(table)!.seq_tup_read - before.get(table)!.seq_tup_read]).toEqual([table, 0]);
});
