import * as contracts from '@skep/contracts';
import { type Answer, type Json, type Person, readStream, type Skep, startSkep, totpCode, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';

const KEEPERS = ['auth-gateway', 'registry', 'marketplace', 'billing', 'developer-portal', 'kernel'];
const HEARERS = KEEPERS.filter((name) => name !== 'auth-gateway');
const PASSWORD = 'correct horse battery';
const PRICE = 20_000;
const ORDER = { tokens: 100_000, price_cents: 10_000 };
/** Tables with an owner in which nobody of this test has a row, and why. */
const UNUSED: Record<string, string> = {
  'auth-gateway.challenge': 'a passkey or the second step of a login that is under way',
  'auth-gateway.passkey': 'takes a browser; its column account_id is that of the other factors',
  'auth-gateway.device_grant': 'takes a browser; its column account_id is that of the other factors',
  'auth-gateway.pending_signup': 'is gone once the address is confirmed',
  'billing.payment_customer': 'of Stripe alone: see payment-methods.e2e-spec.ts of billing',
};

let skep: Skep;
let admin: Person;
let ada: Person;
let bob: Person;
/** Signed up with the same address in another tenant. */
let namesake: string;

const as = (who: Person, method: string, path: string, body?: object, headers = {}): Promise<Answer> =>
  skep.http(method, path, { token: who.access, headers, ...(method !== 'GET' && { body: body ?? {} }) });
const asService = (method: string, path: string, body: object) =>
  skep.http(method, path, { headers: { 'x-service-token': skep.serviceToken }, body });
async function must(asked: Promise<Answer>): Promise<Json> {
  const answer = await asked;
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.json;
}
let keys = 0;
const repeatably = () => ({ 'idempotency-key': `k${keys++}` });

/** What is personal of somebody, as this test writes it everywhere. */
const namesOf = (who: string) => ({ name: `Name-${who}-Xq7`, marker: `marker-${who}-Zk3`, email: `${who}.qv@example.com` });

async function signUp(who: string, tenant_id?: string): Promise<Person> {
  const { name, email } = namesOf(who);
  await must(
    skep.http('POST', '/v1/auth/signup', { body: { email, password: PASSWORD, first_name: name, ...(tenant_id && { tenant_id }) } }),
  );
  const { json } = await skep.http('POST', '/v1/auth/verify-email', { body: { token: await skep.mailToken(email) } });
  const access = String(json['access_token']);
  const me = await skep.http('GET', '/v1/auth/me', { token: access });
  return { email, password: PASSWORD, id: String(me.json['imperal_id']), access, refresh: String(json['refresh_token']) };
}

async function buy(who: Person): Promise<void> {
  const { payment_intent_id } = await must(as(who, 'POST', '/v1/billing/topup', ORDER, repeatably()));
  await must(asService('POST', '/v1/billing/topup/confirm', { payment_intent_id }));
}

/** Becomes a developer of an app that is approved and costs something. */
async function publish(who: Person, app_id: string): Promise<void> {
  const { name, marker } = namesOf(app_id);
  const ir = (await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')).replace('link-saver', app_id);
  const registered = { nickname: marker.toLowerCase(), display_name: name, website: `https://${marker}.example`, description: marker };
  await must(as(who, 'POST', '/v1/developer/register', registered, repeatably()));
  await must(
    as(who, 'POST', '/v1/developer/apps', {
      ...{ app_id, name: 'Links', short_description: 'Keeps links.', category: 'productivity', description: marker },
      ...{ pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: PRICE } } },
    }),
  );
  const manifest_json = { app_id, version: '1.0.0', tools: [], author: name, contact: who.email };
  await must(as(who, 'PUT', `/v1/developer/apps/${app_id}`, { manifest_json, git_url: `https://git.example/${marker}` }));
  const params = { app_id, ir_dict: JSON.parse(ir) as Json };
  await must(as(who, 'POST', '/v1/extensions/developer/call', { user_id: who.id, function: 'deploy_ir', params }));
  await must(as(who, 'POST', `/v1/developer/apps/${app_id}/deploys`, { commit_sha: 'abc', changelog: marker }));
  await must(as(admin, 'POST', `/v1/admin/apps/${app_id}/approve`));
}

/** Does everything that leaves something behind. */
async function live(who: Person, own: string, app: string): Promise<void> {
  const { name, marker } = namesOf(own);
  await must(as(admin, 'PATCH', `/v1/users/${who.id}`, { attributes: { first_name: name, note: marker } }, repeatably()));
  await must(as(who, 'POST', '/v1/keys', { name: marker, scopes: '*' }, repeatably()));
  await must(as(who, 'POST', '/v1/automations', { prompt: marker }, repeatably()));
  await must(as(who, 'PUT', '/v1/billing/profile', { name, company: marker, vat: 'DE 1', country: 'DE' }, repeatably()));
  await must(as(who, 'POST', '/v1/billing/payment-methods/setup'));
  await must(as(who, 'PUT', '/v1/billing/auto-topup', { enabled: true, threshold_pct: 50, recharge_tokens: 1_000_000 }));
  await must(
    asService('POST', '/v1/billing/internal/usage/track', { user_id: who.id, tenant_id: 'default', meter: 'mail', event_id: marker }),
  );
  await waitUntil(
    'the install',
    async () => (await as(who, 'POST', `/v1/marketplace/apps/${app}/install`, {}, repeatably())).status < 300,
    20_000,
  );
  const call = { user_id: who.id, function: 'save_link', params: { url: `https://${marker}.example`, title: name } };
  await must(as(who, 'POST', `/v1/extensions/${app}/call`, call, repeatably()));
  await must(as(who, 'POST', '/v1/me/extensions/disable', { app_id: app }, repeatably()));
  const told = { user_id: who.id, app_id: app, tool_name: 'x', action_type: 'read', status: 'failed', trace_id: `t-${own}` };
  await must(asService('POST', '/v1/actions', { ...told, message_preview: marker, error: name, llm_steps: [{ marker }] }));
  await must(asService('POST', '/v1/internal/events/publish', { scope: 'x', action: 'y', user_id: who.id, data: { marker } }));
  await must(as(who, 'PUT', '/v1/developer/tier', { tier: 'indie' }));
  // After the call: what a plan gives is spent first, and pays nobody out.
  await must(as(who, 'POST', '/v1/billing/subscribe', { plan_id: 'pro' }));
}

/** Whoever has earned enough asks for a payout, adds a second factor and asks for another address. */
async function settle(who: Person, own: string): Promise<void> {
  const { marker } = namesOf(own);
  const payout = { amount: 10_000, payout_method: `to ${marker}`, notes: marker };
  await waitUntil('the earnings', async () => (await as(who, 'POST', '/v1/developer/payouts', payout)).status < 300, 20_000);
  const { secret } = await must(as(who, 'POST', '/v1/auth/factors/totp', { password: PASSWORD }));
  await must(as(who, 'POST', '/v1/auth/factors/totp/confirm', { code: totpCode(String(secret)) }));
  await skep.infra.query('auth-gateway', 'update totp set last_step = null where account_id = $1', [who.id]);
  const change = { new_email: `${marker.toLowerCase()}@example.com`, password: PASSWORD, code: totpCode(String(secret)) };
  await must(as(who, 'POST', '/v1/auth/me/change-email', change));
  await must(skep.http('POST', '/v1/auth/forgot-password', { body: { email: who.email } }));
}

interface Table {
  service: string;
  table: string;
  /** The column that names a person, if any. */
  owner?: string;
}

async function tables(): Promise<Table[]> {
  const found: Table[] = [];
  for (const service of KEEPERS) {
    const rows = await skep.infra.query(
      service,
      `select c.relname as table, min(a.attname::text) as owner
         from pg_class c left join pg_attribute a on a.attrelid = c.oid and a.atttypid = 'text'::regtype and not a.attisdropped
          and a.attname in ('user_id', 'account_id', 'developer_id')
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace group by 1 order by 1`,
    );
    for (const { table, owner } of rows) found.push({ service, table: String(table), ...(owner !== null && { owner: String(owner) }) });
  }
  return found;
}

/** The rows of all tables that a condition finds, as `service.table: row`. */
async function search(condition: (table: Table) => string | undefined, values: unknown[]): Promise<string[]> {
  const found: string[] = [];
  const all = await tables();
  for (const service of KEEPERS) {
    const parts = all.flatMap((table) => {
      const where = table.service === service ? condition(table) : undefined;
      return where
        ? [
            `select '${table.table}' as name, (to_jsonb(t) - 'install_count' - 'install_sequence')::text as row from "${table.table}" t where ${where}`,
          ]
        : [];
    });
    const rows = await skep.infra.query(service, `${parts.join(' union all ')} order by 1, 2`, values);
    found.push(...rows.map(({ name, row }) => `${service}.${String(name)}: ${String(row)}`));
  }
  return found;
}

/** Where one of these texts lies, in whatever column, also as bytes; but for what lies in the other tenant. */
const traces = (texts: string[]) =>
  search(() => `t::text ~* $1 and t::text !~ 'branch'`, [texts.flatMap((text) => [text, Buffer.from(text).toString('hex')]).join('|')]);

/** The rows of somebody, where tables name their owner; but for the feed, and counts of installs, which others change. */
const rowsOf = (id: string) => search(({ table, owner }) => (owner && table !== 'feed_event' ? `t."${owner}" = $1` : undefined), [id]);

const inTables = (rows: string[]) => [...new Set(rows.map((row) => row.slice(0, row.indexOf(':'))))].sort();
const heard = () =>
  Promise.all(
    HEARERS.filter((name) => name !== 'billing').map((name) =>
      skep.infra.query(name, `select from inbox where consumer like '%-auth-userErased'`).then(({ length }) => length),
    ),
  );

beforeAll(async () => {
  skep = await startSkep();
  admin = await skep.admin();
  await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('branch', 'Branch')`);
  [ada, bob] = [await signUp('ada'), await signUp('bob')];
  namesake = (await signUp('ada', 'branch')).id;
  for (const who of [ada, bob]) await buy(who);
  await publish(ada, 'ada');
  await publish(bob, 'bob');
  await live(ada, 'ada', 'bob');
  await live(bob, 'bob', 'ada');
  await settle(ada, 'ada');
  await settle(bob, 'bob');
}, 180_000);
afterAll(() => skep?.close());

it('every event has somebody who hears it, and of an erased person everybody hears who keeps anything', async () => {
  const events = Object.values(contracts as Record<string, unknown>)
    .flatMap((contract) => (contract && typeof contract === 'object' ? Object.values(contract as object) : []) as unknown[])
    .filter((member): member is contracts.Event => (member as { subject?: string } | null)?.subject?.startsWith('event.') === true);
  const { consumers } = await readStream(skep.infra);
  expect(events.length).toBeGreaterThan(10);
  const unheard = events.map(({ context, name }) => `-${context}-${name}`).filter((end) => !consumers.some((name) => name.endsWith(end)));
  expect(unheard).toEqual([]);
  expect(consumers.filter((name) => name.endsWith('-auth-userErased')).sort()).toEqual(
    HEARERS.map((name) => `${name}-auth-userErased`).sort(),
  );
});

it('no event carries an address, a name or what somebody has written', async () => {
  const { messages } = await readStream(skep.infra);
  const { name, email, marker } = namesOf('ada');
  expect(messages.length).toBeGreaterThan(10);
  expect(messages.filter((message) => [name, email, marker].some((text) => message.includes(text)))).toEqual([]);
});

it('an erased person is gone from every table of every service, and others keep what is theirs', async () => {
  const { name, email, marker } = namesOf('ada');
  const mine = inTables(await rowsOf(ada.id));
  const owned = (await tables()).flatMap(({ service, table, owner }) => (owner ? [`${service}.${table}`] : []));
  // A table that is added later must be filled above, or say why it is not.
  expect(owned.filter((table) => !mine.includes(table) && !(table in UNUSED) && !table.endsWith('.feed_event'))).toEqual([]);
  expect(inTables(await traces([name, email, marker])).length).toBeGreaterThan(10);
  const others = { bob: await rowsOf(bob.id), namesake: await rowsOf(namesake) };

  expect((await as(admin, 'DELETE', `/v1/users/${ada.id}?permanent=true`)).json).toMatchObject({ deleted: true, permanent: true });
  const erased = async () => (await heard()).every((taken) => taken > 0) && (await traces([name, email, marker])).length === 0;
  // What is left, if anything, the next line shows.
  await waitUntil('everybody has erased them', erased, 30_000).catch(() => undefined);
  expect(await traces([name, email, marker])).toEqual([]);

  // Kept by id alone, as docs/security.md says.
  expect(inTables(await rowsOf(ada.id))).toEqual(
    [
      'auth-gateway.session',
      ...['developer_tier', 'hold', 'ledger_account', 'payment', 'payout', 'plan_charge', 'recharge', 'subscription', 'wallet'].map(
        (table) => `billing.${table}`,
      ),
      'developer-portal.app',
      'kernel.action',
      'registry.app',
    ].filter((table) => mine.includes(table)),
  );
  expect({ bob: await rowsOf(bob.id), namesake: await rowsOf(namesake) }).toEqual(others);
  expect(await skep.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});

it('their app runs on for whoever has it, free of charge, is listed no more, and its id stays taken', async () => {
  expect((await as(bob, 'GET', '/v1/marketplace/apps/ada')).status).toBe(404);
  expect((await as(bob, 'POST', '/v1/developer/apps', { app_id: 'ada', name: 'Mine', short_description: 'x' })).status).toBeGreaterThan(
    399,
  );
  const balance = async () => Number((await must(as(bob, 'GET', '/v1/billing/balance')))['balance']);
  const before = await balance();
  await must(as(bob, 'DELETE', '/v1/me/extensions/disable/ada'));
  const call = { user_id: bob.id, function: 'save_link', params: { url: 'https://example.com' } };
  expect(await must(as(bob, 'POST', '/v1/extensions/ada/call', call))).toMatchObject({ status: 'success' });
  expect(await balance()).toBe(before);
  await must(as(bob, 'DELETE', '/v1/marketplace/apps/ada/install'));
  expect((await as(bob, 'POST', '/v1/marketplace/apps/ada/install')).status).toBe(404);
});

it('to be told twice does no harm', async () => {
  const others = { bob: await rowsOf(bob.id), ada: await rowsOf(ada.id), namesake: await rowsOf(namesake) };
  const before = await heard();
  await skep.infra.query(
    'auth-gateway',
    `insert into outbox (subject, ctx, payload) select subject, ctx, payload from outbox where subject = 'event.auth.userErased'`,
  );
  await waitUntil('it is heard again', async () => (await heard()).every((taken, nth) => taken === before[nth]! + 1), 20_000);
  expect({ bob: await rowsOf(bob.id), ada: await rowsOf(ada.id), namesake: await rowsOf(namesake) }).toEqual(others);
});
