import {
  type Answer,
  type Json,
  type LanguageModel,
  languageModel,
  type TestUser,
  listConsumers,
  SERVICES,
  type Skep,
  startSkep,
  totpCode,
  waitUntil,
} from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { mintCallToken } from './call-token.js';
import { fillTable } from './fill-table.js';

const CONSUMERS = SERVICES.filter((name) => name !== 'auth-gateway');
const PASSWORD = 'correct horse battery';
const PRICE = 20_000;
const ORDER = { tokens: 100_000, price_cents: 10_000 };
const encryptionKey = randomBytes(32).toString('base64url');
/** Tables with an owner column in which this test creates no row, and why. */
const UNUSED: Record<string, string> = {
  'auth-gateway.challenge': 'contains pending logins and passkey registrations only',
  'auth-gateway.passkey': 'needs a browser; its column account_id is the same as in totp',
  'auth-gateway.device_grant': 'needs a browser; its column account_id is the same as in totp',
  'auth-gateway.oauth_request': 'needs a browser; its column account_id is the same as in totp',
  'auth-gateway.external_identity': 'needs an identity provider: see single-sign-on.e2e-spec.ts of auth-gateway',
  'auth-gateway.provisioned_member': 'needs an identity provider; its column account_id is the same as in totp',
  'auth-gateway.provisioned_user': 'needs an identity provider; its column account_id is the same as in totp',
  'auth-gateway.pending_signup': 'its row is deleted when the address is confirmed',
  'kernel.automation': 'of former releases; nothing writes it',
  'kernel.uncounted_action': 'its rows are counted within a second',
  'auth-gateway.attest_challenge': 'lives for five minutes; its column user_id is the same as in attested_device',
  'auth-gateway.attested_device': 'needs a device: see attestation.e2e-spec.ts of auth-gateway',
  'auth-gateway.firebase_identity': 'needs Firebase: see firebase.e2e-spec.ts of auth-gateway',
  'channels.device_token': 'needs Firebase: see devices.e2e-spec.ts of channels',
  'channels.link': 'needs WhatsApp: see links.e2e-spec.ts of channels',
  'channels.link_code': 'needs WhatsApp: see links.e2e-spec.ts of channels',
  'connections.health_connection': 'needs a health provider: see health.e2e-spec.ts of connections',
  'connections.health_delivery': 'needs Terra: see terra.e2e-spec.ts of connections',
  'connections.health_state': 'lives for ten minutes; its column user_id is the same as in health_connection',
  'billing.payment_customer': 'used with Stripe only: see payment-methods.e2e-spec.ts of billing',
};

/** Events for programs beside Skep, such as a dossier of what people write to the coach. */
const FOR_OTHERS = ['event.coach.sourceWritten'];

/** Few services have runs of users, and none has schedules and files of theirs yet. */
const ADD_RUN = `
  with scheduled as (
    insert into schedule (id, tenant_id, user_id, actor, key, kind, input, timing, overlap, missed, catch_up_ms)
    values ('sch_' || $1, 'default', $1, 'user', 'k', 'test', '{}', '{}', 'skip', 'last', 0)
  ), stored as (
    insert into stored_object (id, tenant_id, user_id, size) values ('obj_' || $1, 'default', $1, 1)
  )
  insert into run (id, kind, tenant_id, user_id, input, ctx, status, due_at, deadline, ended_at)
  values ('run_' || $1, 'test', 'default', $1, '{}', '{}', 'done', now(), now(), now())`;

/** A skill needs ClawHub, a plugin a git server, a listener a socket, and a summary a language model. */
const ADD_AGENT_ROWS = `
  with listening as (
    insert into listener (socket_id, conversation_id, tenant_id, user_id, dialect) values ('socket ' || $1, $2, 'default', $1, 'event')
  ), summarised as (
    insert into conversation_summary (conversation_id, tenant_id, user_id, content, until_id, is_outside)
    select id, tenant_id, user_id, $2, 'none', false from conversation where user_id = $1 order by id limit 1
  ), plugged as (
    insert into plugin (tenant_id, user_id, name, version, description, source) values ('default', $1, $2, '1', $2, $2)
  )
  insert into skill (tenant_id, user_id, name, source, slug, document, archive, sha256) values ('default', $1, $2, 'clawhub', $2, $2, '', '')`;

/** A command that ran on a device; see nodes.e2e-spec.ts. */
const ADD_COMMAND = `
  with remembered as (
    insert into remembered_approval (node_id, command_hash, tenant_id, user_id) values ($3, '', 'default', $1)
  )
  insert into invocation (id, tenant_id, user_id, node_id, run_id, command, args, shown, state, invoked_by, success, output, completed_at)
  values ($3, 'default', $1, $3, 'run ' || $3, 'system.run', '{}', $2, 'ended', 'user', true, $2, now())`;

/** A chat with a stranger; see pairing.e2e-spec.ts of channels. */
const ADD_CHAT = `
  with opened as (
    insert into bridge (id, tenant_id, user_id, channel, slug, credentials, bot_id, bot_name, dm_policy, listens)
    values ($1, 'default', $1, 'telegram', $1, '', '77', $2, 'pairing', false)
  ), begun as (
    insert into chat_session (id, tenant_id, user_id, bridge_id, channel, chat_id, chat_type, contact_id, contact_name)
    values ($1, 'default', $1, $1, 'telegram', '5001', 'direct', '5001', $2)
  ), asked as (
    insert into pairing_code (id, tenant_id, user_id, bridge_id, channel, code, contact_id, contact_name, expires_at)
    values ($1, 'default', $1, $1, 'telegram', 'K7QXM2PD', '5001', $2, now() + interval '1 hour')
  )
  insert into chat_message (id, tenant_id, user_id, bridge_id, session_id, channel, direction, sender_id, sender_name, content, status)
  values ($1, 'default', $1, $1, $1, 'telegram', 'inbound', '5001', $2, $2, 'received')`;

const ADD_TASK = `
  insert into task (id, tenant_id, user_id, app_id, function, status, result, ended_at)
  values ('task_' || $1, 'default', $1, 'links', 'list', 'completed', $2, now())`;

/** An account at a provider needs one; see accounts.e2e-spec.ts of connections. */
const ADD_ACCOUNT = `
  with started as (
    insert into oauth_state (hash, tenant_id, user_id, app_id, provider, scopes, redirect_uri, code_verifier, expires_at)
    values ($1, 'default', $1, 'links', 'google', '{}', 'https://skep.example', '', now() + interval '1 hour')
  )
  insert into oauth_account (id, tenant_id, user_id, app_id, provider, subject, email, scopes, status, tokens)
  values ('oa_' || $1, 'default', $1, 'links', 'google', $1, $2, '{}', 'connected', '')`;

/** What a completion in progress holds. */
const ADD_HOLD = `
  insert into model_hold (id, tenant_id, user_id, month, tokens, expires_at)
  values (gen_random_uuid(), 'default', $1, date_trunc('month', now()), 1, now() + interval '1 hour')`;

/** What a part of a payment is refunded by. */
const REFUND = [
  `update payment set refunded_cents = 1 where id = (select min(payment_id) from invoice where user_id = $1)`,
  `select reverse_payment(min(payment_id)) from invoice where user_id = $1`,
];

const ADD_PUBLISHER = `insert into publisher (developer_id, website, changed_at) values ($1, $2, now())`;

const ADD_VOTE = `insert into review_vote (review_id, tenant_id, user_id, helpful) select id, tenant_id, user_id, true from review where user_id = $1`;

/** What each service publishes: see `npm run generate`. */
const DECLARATIONS = new URL('../../../../deploy/services.json', import.meta.url);

let model: LanguageModel;
let skep: Skep;
let admin: TestUser;
let ada: TestUser;
let bob: TestUser;
/** The id of a user with the same e-mail address in another tenant. */
let namesake: string;

const send = (person: TestUser, method: string, path: string, body?: object, headers = {}): Promise<Answer> =>
  skep.http(method, path, { token: person.access, headers, ...(method !== 'GET' && { body: body ?? {} }) });
const asService = (method: string, path: string, body: object) =>
  skep.http(method, path, { headers: { 'x-service-token': skep.serviceToken }, body });
async function assertOk(sent: Promise<Answer>): Promise<Json> {
  const answer = await sent;
  if (answer.status >= 300) throw new Error(answer.text);
  return answer.json;
}
let keyCount = 0;
const idempotencyKey = () => ({ 'idempotency-key': `k${keyCount++}` });

/** The personal data that this test stores for a user. */
const personalDataOf = (name: string) => ({ name: `Name-${name}-Xq7`, marker: `marker-${name}-Zk3`, email: `${name}.qv@example.com` });

async function signUp(username: string, tenant_id?: string): Promise<TestUser> {
  const { name, email } = personalDataOf(username);
  await assertOk(
    skep.http('POST', '/v1/auth/signup', { body: { email, password: PASSWORD, first_name: name, ...(tenant_id && { tenant_id }) } }),
  );
  const { json } = await skep.http('POST', '/v1/auth/verify-email', { body: { token: await skep.mailToken(email) } });
  const access = String(json['access_token']);
  const me = await skep.http('GET', '/v1/auth/me', { token: access });
  return { email, password: PASSWORD, id: String(me.json['imperal_id']), access, refresh: String(json['refresh_token']) };
}

async function buy(person: TestUser): Promise<void> {
  const { payment_intent_id } = await assertOk(send(person, 'POST', '/v1/billing/topup', ORDER, idempotencyKey()));
  await assertOk(asService('POST', '/v1/billing/topup/confirm', { payment_intent_id }));
}

/** A function in code that only writes to the log. */
const NOTE = { name: 'note', description: 'Notes.', action_type: 'read', impl: { kind: 'code', module: 'main.js', entry: 'note' } };
const NOTE_TEXT = 'export const note = (ctx, { text }) => ctx.log.info(text);';

/** Registers a developer with an approved app that costs credits. */
async function publish(person: TestUser, app_id: string): Promise<void> {
  const { name, marker } = personalDataOf(app_id);
  const ir = (await readFile(new URL('../../../../docs/examples/link-saver.json', import.meta.url), 'utf8')).replace('link-saver', app_id);
  const registered = { nickname: marker.toLowerCase(), display_name: name, website: `https://${marker}.example`, description: marker };
  await assertOk(send(person, 'POST', '/v1/developer/register', registered, idempotencyKey()));
  await assertOk(send(person, 'POST', '/v1/developer/publisher', { website: registered.website }));
  await skep.infra.query('marketplace', ADD_PUBLISHER, [person.id, registered.website]);
  await assertOk(
    send(person, 'POST', '/v1/developer/apps', {
      ...{ app_id, name: 'Links', short_description: 'Keeps links.', category: 'productivity', description: marker },
      ...{ pricing_model: 'per_action', pricing_config: { tool_prices: { save_link: PRICE } } },
    }),
  );
  const secrets = [{ name: 'token', description: 'Your token.', write_mode: 'both' }];
  const manifest_json = { app_id, version: '1.0.0', name, tools: [], secrets, description: marker };
  await assertOk(asService('POST', `/v1/developer/apps/${app_id}/_sync_manifest`, { manifest_json }));
  await assertOk(send(person, 'PUT', `/v1/developer/apps/${app_id}`, { git_url: `https://git.example/${marker}` }));
  const ir_dict = JSON.parse(ir) as { app: { functions: object[] } };
  ir_dict.app.functions.push(NOTE);
  const params = { app_id, ir_dict: { ...ir_dict, app: { ...ir_dict.app, modules: { 'main.js': NOTE_TEXT } } } };
  await assertOk(send(person, 'POST', '/v1/extensions/developer/call', { user_id: person.id, function: 'deploy_ir', params }));
  await assertOk(send(person, 'POST', `/v1/developer/apps/${app_id}/deploys`, { commit_sha: 'abc', changelog: marker }));
  await assertOk(send(admin, 'POST', `/v1/admin/apps/${app_id}/approve`));
}

async function useAgents(person: TestUser, marker: string): Promise<void> {
  const talk = await assertOk(send(person, 'POST', '/api/conversations', { title: marker }, idempotencyKey()));
  await assertOk(send(person, 'POST', `/api/conversations/${String(talk['id'])}/messages`, { role: 'user', content: marker }));
  await assertOk(send(person, 'POST', '/api/agents', { id: 'mine', name: marker, type: marker }));
  await assertOk(send(person, 'PUT', '/api/runtime', { max_context_tokens: 5_000 }));
  await assertOk(send(person, 'PUT', '/api/config/workspace/USER.md', { content: marker }));
  await assertOk(send(person, 'POST', '/api/memory/add', { content: `${marker} is remembered` }));
  await assertOk(send(person, 'POST', '/api/skills/web/disable', {}));
  await assertOk(send(person, 'POST', '/api/security/audit', {}));
  const { id } = await assertOk(send(person, 'POST', '/api/subagents/spawn', { task: marker }));
  await assertOk(send(person, 'POST', `/api/subagents/${String(id)}/cancel`, {}));
  await skep.infra.query('agent', ADD_AGENT_ROWS, [person.id, marker]);
  const task = { task: marker, coding_context: { repo_key: 'bees', cwd: marker }, steer_iid: 'one' };
  const { session_id } = await assertOk(send(person, 'POST', '/v1/agent/sessions', task));
  await assertOk(send(person, 'POST', `/v1/agent/sessions/${String(session_id)}/cancel`, {}));
}

async function useNodes(person: TestUser, marker: string): Promise<void> {
  const { node_id } = await assertOk(send(person, 'POST', '/api/nodes', { name: marker }));
  await assertOk(send(person, 'POST', `/api/nodes/${String(node_id)}/approve`, {}));
  await assertOk(send(person, 'PATCH', `/api/nodes/${String(node_id)}`, { denied_commands: [marker] }, idempotencyKey()));
  await skep.infra.query('nodes', ADD_COMMAND, [person.id, marker, node_id]);
}

/** Performs every operation that stores data of a user. */
async function createData(person: TestUser, key: string, app: string): Promise<void> {
  const { name, marker } = personalDataOf(key);
  await assertOk(send(admin, 'PATCH', `/v1/users/${person.id}`, { attributes: { first_name: name, note: marker } }, idempotencyKey()));
  await assertOk(send(person, 'POST', '/v1/keys', { name: marker, scopes: '*' }, idempotencyKey()));
  await assertOk(send(person, 'POST', '/v1/automations', { prompt: marker }, idempotencyKey()));
  const rule = { user_id: person.id, prompt: marker, trigger_filter: { event_type: 'mail.received' }, actions: [{ message: marker }] };
  const { json: created } = await asService('POST', '/v1/automations/internal/create', rule);
  await assertOk(asService('POST', '/v1/automations/internal/triggered', { rule_id: created['id'], event_data: marker }));
  await assertOk(send(person, 'PUT', '/v1/billing/profile', { name, company: marker, vat: 'DE 1', country: 'DE' }, idempotencyKey()));
  await assertOk(send(person, 'POST', '/v1/billing/payment-methods/setup'));
  await assertOk(send(person, 'PUT', '/v1/billing/auto-topup', { enabled: true, threshold_pct: 50, recharge_tokens: 1_000_000 }));
  await assertOk(
    asService('POST', '/v1/billing/internal/usage/track', { user_id: person.id, tenant_id: 'default', meter: 'mail', event_id: marker }),
  );
  await waitUntil(
    'the install',
    async () => (await send(person, 'POST', `/v1/marketplace/apps/${app}/install`, {}, idempotencyKey())).status < 300,
    20_000,
  );
  const call = { user_id: person.id, function: 'save_link', params: { url: `https://${marker}.example`, title: name } };
  await assertOk(send(person, 'POST', `/v1/extensions/${app}/call`, call, idempotencyKey()));
  const note = { user_id: person.id, function: 'note', params: { text: marker } };
  await assertOk(send(person, 'POST', `/v1/extensions/${app}/call`, note));
  const review = { rating: 5, title: marker, body: `${marker} is what I say.` };
  await waitUntil(
    'the use',
    async () => (await send(person, 'POST', `/v1/marketplace/apps/${app}/reviews`, review, idempotencyKey())).status < 300,
    20_000,
  );
  await skep.infra.query('marketplace', ADD_VOTE, [person.id]);
  await assertOk(send(person, 'POST', `/v1/marketplace/apps/${app}/report`, { text: `${marker} is what happened.` }, idempotencyKey()));
  await askModel(person, marker);
  await assertOk(send(person, 'PATCH', '/v1/me/settings', { confirmation_enabled: true, confirmation_overrides: { [marker]: true } }));
  await assertOk(send(person, 'POST', `/v1/extensions/${app}/operate`, call, idempotencyKey()));
  await assertOk(send(person, 'PATCH', '/v1/me/settings', { confirmation_enabled: false }));
  await skep.infra.query('kernel', ADD_TASK, [person.id, JSON.stringify({ status: 'success', data: marker })]);
  await assertOk(send(person, 'PUT', '/v1/me/nickname', { nickname: marker.toLowerCase() }));
  await assertOk(send(person, 'POST', '/v1/me/extensions/disable', { app_id: app }, idempotencyKey()));
  const action = { user_id: person.id, app_id: app, tool_name: 'x', action_type: 'read', status: 'failed', trace_id: `t-${key}` };
  await assertOk(asService('POST', '/v1/actions', { ...action, message_preview: marker, error: name, llm_steps: [{ marker }] }));
  await assertOk(asService('POST', '/v1/internal/events/publish', { scope: 'x', action: 'y', user_id: person.id, data: { marker } }));
  await assertOk(asService('PUT', `/v1/internal/skeleton/${person.id}/inbox`, { extension_id: app, data: { marker } }));
  const callToken = await mintCallToken(skep, encryptionKey, { tool_type: 'tool', app_id: app, tenant_id: 'default', user_id: person.id });
  const headers = { 'x-service-token': skep.serviceToken, authorization: `ImperalCallToken ${callToken}` };
  const entry = { envelope: { model: 'M', version: 1, data: marker, cached_at: '' }, ttl_seconds: 300 };
  await assertOk(skep.http('PUT', `/v1/internal/extcache/${app}/${person.id}/M/1`, { headers, body: entry }));
  await notify(person, app, marker);
  await useAgents(person, marker);
  await useNodes(person, marker);
  await automate(person, marker);
  await skep.infra.query('channels', ADD_CHAT, [person.id, marker]);
  await assertOk(asService('PUT', `/v1/internal/config/user/${person.id}`, { config: { marker } }));
  const automation = { app_id: app, section_name: marker, alert_config: { marker } };
  await assertOk(asService('PUT', `/v1/users/${person.id}/automations`, { automations: [automation] }));
  await assertOk(asService('POST', `/v1/hub/${person.id}/messages`, { content: marker }));
  await assertOk(send(person, 'PATCH', `/v1/apps/${key}`, { config: { marker } }));
  await assertOk(send(person, 'PUT', '/v1/developer/tier', { tier: 'indie' }));
  await assertOk(send(person, 'POST', `/v1/developer/apps/${key}/extension-tokens`, {}));
  await assertOk(send(person, 'POST', `/v1/developer/apps/${key}/signing-secrets`, {}));
  await uploadFile(person, app, marker);
  await assertOk(send(person, 'PUT', `/v1/secrets/${app}/token`, { value: marker }, idempotencyKey()));
  await skep.infra.query('connections', ADD_ACCOUNT, [person.id, marker]);
  for (const sql of REFUND) await skep.infra.query('billing', sql, [person.id]);
  // After the call, because credits of a plan are spent first and earn no payout.
  await assertOk(send(person, 'POST', '/v1/billing/subscribe', { plan_id: 'pro' }));
}

/** A job, a webhook, a delivery to it, and work in the queue. */
async function automate(person: TestUser, marker: string): Promise<void> {
  await assertOk(send(person, 'POST', '/api/cron/jobs', { name: marker, schedule: '0 9 * * *', action: 'log' }));
  const { slug } = await assertOk(send(person, 'POST', '/api/webhooks', { name: marker, secret: null }));
  await assertOk(skep.http('POST', `/api/webhooks/receive/${String(slug)}`, { body: { marker } }));
  await assertOk(send(person, 'POST', '/api/queue/submit', { type: 'log', payload: { message: marker } }));
}

/** A completion on behalf of the user, with settings of their own. */
async function askModel(person: TestUser, marker: string): Promise<void> {
  await assertOk(asService('PUT', `/v1/internal/config/llm?tenant_id=default&user_id=${person.id}`, { config: {}, updated_by: marker }));
  const headers = { 'x-service-token': skep.serviceToken, 'x-acting-user': person.id, ...idempotencyKey() };
  await assertOk(skep.http('POST', '/v1/internal/ai/complete', { headers, body: { prompt: marker } }));
  await skep.infra.query('models', ADD_HOLD, [person.id]);
}

/** A notification that is also an e-mail, with preferences and a browser for pushes. */
async function notify(person: TestUser, app: string, marker: string): Promise<void> {
  await assertOk(send(person, 'PATCH', '/v1/me/notifications/preferences', { timezone: 'Europe/Berlin' }, idempotencyKey()));
  await assertOk(send(person, 'PATCH', '/v1/me/settings', { notifications: { apps: { [app]: ['email'] } } }));
  const { public_key } = await assertOk(send(person, 'GET', '/v1/me/notifications/push'));
  const keys = { p256dh: public_key, auth: 'AAAAAAAAAAAAAAAAAAAAAA' };
  await assertOk(send(person, 'POST', '/v1/me/notifications/push', { endpoint: `https://push.example/${marker}`, keys }));
  const message = { user_id: person.id, extension_id: app, message: marker, subject: marker, body: marker };
  await assertOk(asService('POST', '/v1/internal/notify', message));
  await waitUntil(
    'the e-mail',
    async () => (await skep.infra.query('channels', 'select from email where user_id = $1', [person.id])).length,
  );
}

async function uploadFile(person: TestUser, app: string, path: string): Promise<void> {
  const body = new FormData();
  for (const [field, value] of Object.entries({ extension_id: app, path })) body.set(field, value);
  body.set('file', new Blob([path]), 'file');
  const headers = { 'x-service-token': skep.serviceToken, 'x-acting-user': person.id };
  const answer = await fetch(`${skep.url}/v1/internal/storage/upload`, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
}

/** Requests a payout, adds a second factor and requests a change of e-mail address. Needs earnings. */
async function createMoreData(person: TestUser, key: string): Promise<void> {
  const { marker } = personalDataOf(key);
  const payout = { amount: 10_000, payout_method: `to ${marker}`, notes: marker };
  await waitUntil('the earnings', async () => (await send(person, 'POST', '/v1/developer/payouts', payout)).status < 300, 20_000);
  const { secret } = await assertOk(send(person, 'POST', '/v1/auth/factors/totp', { password: PASSWORD }));
  await assertOk(send(person, 'POST', '/v1/auth/factors/totp/confirm', { code: totpCode(String(secret)) }));
  await skep.infra.query('auth-gateway', 'update totp set last_step = null where account_id = $1', [person.id]);
  const change = { new_email: `${marker.toLowerCase()}@example.com`, password: PASSWORD, code: totpCode(String(secret)) };
  await assertOk(send(person, 'POST', '/v1/auth/me/change-email', change));
  await assertOk(skep.http('POST', '/v1/auth/forgot-password', { body: { email: person.email } }));
}

/** The tables of the coach all have the columns tenant_id and user_id, so that one row of any content shows whether they are erased. */
async function beCoached({ id }: TestUser, key: string): Promise<void> {
  const filled = tableNamesOf(await rowsOf(id));
  for (const { service, table, owner } of await tables())
    if (service === 'coach' && owner && !filled.includes(`coach.${table}`))
      await fillTable(skep.infra, service, table, id, personalDataOf(key).marker);
}

interface Table {
  service: string;
  table: string;
  /** The column with the user's id, if any. */
  owner?: string;
}

async function tables(): Promise<Table[]> {
  const found: Table[] = [];
  for (const service of SERVICES) {
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

/** Columns that also count what others do. */
const COUNTED = ['install_count', 'install_sequence', 'rating', 'rating_sum', 'rating_rank', 'review_count'];

/** Returns the rows of all tables that match a condition, as `service.table: row`. */
async function search(condition: (table: Table) => string | undefined, values: unknown[]): Promise<string[]> {
  const found: string[] = [];
  const all = await tables();
  for (const service of SERVICES) {
    const parts = all.flatMap((table) => {
      const where = table.service === service ? condition(table) : undefined;
      return where
        ? [`select '${table.table}' as name, (to_jsonb(t) - '{${COUNTED}}'::text[])::text as row from "${table.table}" t where ${where}`]
        : [];
    });
    const rows = await skep.infra.query(service, `${parts.join(' union all ')} order by 1, 2`, values);
    found.push(...rows.map(({ name, row }) => `${service}.${String(name)}: ${String(row)}`));
  }
  return found;
}

/** The rows that contain one of the texts in any column, also as bytes, except those of the other tenant. */
const traces = (texts: string[]) =>
  search(() => `t::text ~* $1 and t::text !~ 'branch'`, [texts.flatMap((text) => [text, Buffer.from(text).toString('hex')]).join('|')]);

/** The rows of a user in tables with an owner column, except the feed and install counts, which other users change. */
const rowsOf = (id: string) => search(({ table, owner }) => (owner && table !== 'feed_event' ? `t."${owner}" = $1` : undefined), [id]);

const tableNamesOf = (rows: string[]) => [...new Set(rows.map((row) => row.slice(0, row.indexOf(':'))))].sort();
const countConsumed = () =>
  Promise.all(
    CONSUMERS.filter((name) => name !== 'billing').map((name) =>
      skep.infra.query(name, `select from inbox where consumer like '%-auth-userErased'`).then(({ length }) => length),
    ),
  );

/** Until then, counting moves rows while a test compares them. */
const actionsCounted = () =>
  waitUntil(
    'all actions to be counted',
    async () => !(await skep.infra.query('kernel', 'select from uncounted_action limit 1')).length,
    10_000,
  );

beforeAll(async () => {
  model = await languageModel();
  const llm = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual' };
  skep = await startSkep({ env: { SKEP_ENCRYPTION_KEY: encryptionKey, ...llm } });
  admin = await skep.signInAdmin();
  await skep.infra.query('auth-gateway', `insert into tenant (id, name) values ('branch', 'Branch')`);
  [ada, bob] = [await signUp('ada'), await signUp('bob')];
  namesake = (await signUp('ada', 'branch')).id;
  for (const person of [ada, bob]) await buy(person);
  await publish(ada, 'ada');
  await publish(bob, 'bob');
  await createData(ada, 'ada', 'bob');
  await createData(bob, 'bob', 'ada');
  await createMoreData(ada, 'ada');
  await createMoreData(bob, 'bob');
  for (const service of SERVICES) for (const { id } of [ada, bob]) await skep.infra.query(service, ADD_RUN, [id]);
  await beCoached(ada, 'ada');
  await beCoached(bob, 'bob');
  await actionsCounted();
});
afterAll(async () => {
  await skep?.close();
  await model?.close();
});

it('every event has a consumer, and every service that stores personal data consumes the erasure of a user', async () => {
  const { services } = JSON.parse(await readFile(DECLARATIONS, 'utf8')) as { services: { publishes: string[] }[] };
  const events = services.flatMap(({ publishes }) => publishes.filter((subject) => subject.startsWith('event.')));
  const consumers = await listConsumers(skep.infra);
  expect(events.length).toBeGreaterThan(10);
  const unconsumed = events.filter(
    (subject) => !consumers.some((name) => name.endsWith(subject.replace('event', '').replaceAll('.', '-'))),
  );
  expect(unconsumed).toEqual(FOR_OTHERS);
  expect(consumers.filter((name) => name.endsWith('-auth-userErased')).sort()).toEqual(
    CONSUMERS.map((name) => `${name}-auth-userErased`).sort(),
  );
});

it('no event contains an e-mail address, a name or a text of a user', async () => {
  const events = SERVICES.map((service) => skep.infra.query(service, 'select ctx, payload from outbox'));
  const messages = (await Promise.all(events)).flat().map((event) => JSON.stringify(event));
  const { name, email, marker } = personalDataOf('ada');
  expect(messages.length).toBeGreaterThan(10);
  expect(messages.filter((message) => [name, email, marker].some((text) => message.includes(text)))).toEqual([]);
});

it('erasing a user removes them from every table of every service, and keeps the data of others', async () => {
  const { name, email, marker } = personalDataOf('ada');
  const filled = tableNamesOf(await rowsOf(ada.id));
  const owned = (await tables()).flatMap(({ service, table, owner }) => (owner ? [`${service}.${table}`] : []));
  // A new table must be filled above or listed in UNUSED.
  expect(owned.filter((table) => !filled.includes(table) && !(table in UNUSED) && !table.endsWith('.feed_event'))).toEqual([]);
  expect(tableNamesOf(await traces([name, email, marker])).length).toBeGreaterThan(10);
  const others = { bob: await rowsOf(bob.id), namesake: await rowsOf(namesake) };

  expect((await send(admin, 'DELETE', `/v1/users/${ada.id}?permanent=true`)).json).toMatchObject({ deleted: true, permanent: true });
  const erased = async () => (await countConsumed()).every((count) => count > 0) && (await traces([name, email, marker])).length === 0;
  // The next assertion shows rows that are left.
  await waitUntil('every service to erase the user', erased, 30_000).catch(() => undefined);
  expect(await traces([name, email, marker])).toEqual([]);

  // These rows keep the id only, as docs/security.md says.
  expect(tableNamesOf(await rowsOf(ada.id))).toEqual(
    [
      'auth-gateway.session',
      ...[
        'credit_note',
        'developer_tier',
        'earning',
        'hold',
        'invoice',
        'ledger_account',
        'payment',
        'payout',
        'plan_charge',
        'recharge',
        'subscription',
      ].map((table) => `billing.${table}`),
      ...['billing.tenant_earning', 'billing.wallet'],
      'developer-portal.app',
      'kernel.action',
      'kernel.action_count',
      'registry.app',
    ].filter((table) => filled.includes(table)),
  );
  expect({ bob: await rowsOf(bob.id), namesake: await rowsOf(namesake) }).toEqual(others);
  expect(await skep.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});

it('the app of an erased developer stays callable for its users, free of charge, loses its listing, and keeps its id', async () => {
  expect((await send(bob, 'GET', '/v1/marketplace/apps/ada')).status).toBe(404);
  expect((await send(bob, 'POST', '/v1/developer/apps', { app_id: 'ada', name: 'Mine', short_description: 'x' })).status).toBeGreaterThan(
    399,
  );
  const balance = async () => Number((await assertOk(send(bob, 'GET', '/v1/billing/balance')))['balance']);
  const before = await balance();
  await assertOk(send(bob, 'DELETE', '/v1/me/extensions/disable/ada'));
  const call = { user_id: bob.id, function: 'save_link', params: { url: 'https://example.com' } };
  expect(await assertOk(send(bob, 'POST', '/v1/extensions/ada/call', call))).toMatchObject({ status: 'success' });
  expect(await balance()).toBe(before);
  await assertOk(send(bob, 'DELETE', '/v1/marketplace/apps/ada/install'));
  expect((await send(bob, 'POST', '/v1/marketplace/apps/ada/install')).status).toBe(404);
});

it('consuming the erasure twice changes nothing', async () => {
  await actionsCounted();
  const others = { bob: await rowsOf(bob.id), ada: await rowsOf(ada.id), namesake: await rowsOf(namesake) };
  const before = await countConsumed();
  await skep.infra.query(
    'auth-gateway',
    `insert into outbox (subject, ctx, payload) select subject, ctx, payload from outbox where subject = 'event.auth.userErased'`,
  );
  await waitUntil('the second consumption', async () => (await countConsumed()).every((count, nth) => count === before[nth]! + 1), 20_000);
  expect({ bob: await rowsOf(bob.id), ada: await rowsOf(ada.id), namesake: await rowsOf(namesake) }).toEqual(others);
});
