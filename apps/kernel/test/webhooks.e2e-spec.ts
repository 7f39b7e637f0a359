import { billing } from '@skep/contracts/billing';
import { type AppWebhook, kernel } from '@skep/contracts/kernel';
import { portal } from '@skep/contracts/portal';
import { asAnonymous, asUser, languageModel, type LanguageModel, problemOf, startModels, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DeveloperServer, json, startDeveloperServer } from './developer-server.js';
import { ada, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let server: DeveloperServer;
let model: LanguageModel;

const save = {
  id: 's1',
  op: 'store.create',
  args: { kind: 'hook', data: { body: '{{event.body}}', mode: '{{event.query_params.mode}}', headers: '{{event.headers}}' } },
};
const CODE = `export async function hook(ctx, { body, query_params }) {
  await ctx.store.create('hook', { body, mode: query_params.mode });
  return { status_code: 201, body: 'Stored ' + body.length };
}`;
const respond = (args: object) => [{ id: 'r1', op: 'respond', args }];
const webhooks = [
  { path: '/hook' },
  { path: '/orders/new', method: 'PUT' },
  { path: '/locked', method: 'POST', secret_header: 'X-Hook-Secret' },
  { path: '/verify', method: 'GET' },
  { path: '/page' },
  { path: '/fails' },
  { path: '/remote' },
  { path: '/thinks' },
  { path: '/code' },
  { path: '/without-function' },
];

beforeAll(async () => {
  [server, model] = await Promise.all([startDeveloperServer(), languageModel()]);
  harness = await startKernel({ beside: ['registry', 'billing'], env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1' } });
  await startModels(harness, model, { SKEP_LLM_TIER: 'economy' });
  const functions = [
    fn('__webhook__hook', [save]),
    fn('__webhook__/orders/new', [save]),
    fn('__webhook__locked', [save]),
    fn('__webhook__undeclared', [save]),
    fn('__webhook__verify', respond({ body: '{{event.query_params.challenge}}' })),
    fn('__webhook__page', respond({ status_code: 418, headers: { 'Content-Type': 'text/html', 'Set-Cookie': 'a=b' }, body: '<p>Hi</p>' })),
    fn('__webhook__fails', [save, { id: 'c1', op: 'call', args: { app_id: 'nowhere', function: 'none' } }]),
    fn('__webhook__thinks', [{ id: 'a1', op: 'ai.complete', args: { prompt: 'Hm?' } }]),
    { ...fn('__webhook__remote', []), impl: { kind: 'http', url: server.urlOf('remote') } },
    { ...fn('__webhook__code', []), impl: { kind: 'code', module: 'main.js', entry: 'hook' } },
    fn('list', [{ id: 's1', op: 'store.list', args: { kind: 'hook' } }]),
    fn('sneak', [{ id: 'c1', op: 'call', args: { function: '{{event.name}}' } }]),
  ];
  await harness.publishApp('hooks', functions, { capabilities: ['*'], modules: { 'main.js': CODE } }, undefined, { webhooks });
  await harness.publishApp('plain', [fn('__webhook__hook', [save])]);
});
afterAll(async () => {
  await harness?.close();
  await Promise.all([server?.close(), model?.close()]);
});
beforeEach(() => harness.query('delete from document'));

const send = (path: string, more: Partial<Omit<AppWebhook, 'body'>> & { body?: string } = {}) =>
  harness.call(kernel.receiveAppWebhook, asAnonymous({ deadline: Date.now() + 10_000 }), {
    ...{ app_id: 'hooks', path, method: 'POST', headers: {}, query_params: {}, ...more },
    body: Buffer.from(more.body ?? '').toString('base64'),
  });
const refusal = async (sent: Promise<unknown>) => (await problemOf(sent)).body;
const saved = () => harness.query(`select tenant_id, user_id, data from document where collection = 'hook' order by id`);
const secretOf = (webhook: string) => harness.call(kernel.createSigningSecret, ada(), { app_id: 'hooks', webhook });

describe('a webhook', () => {
  it('may run code, which answers with what it returns', async () => {
    expect(await send('code', { query_params: { mode: 'test' }, body: 'four' })).toMatchObject({ status_code: 201, body: 'Stored 4' });
    expect(await saved()).toEqual([{ tenant_id: 'default', user_id: '__webhook__', data: { body: 'four', mode: 'test' } }]);
  });

  it('runs its function as __webhook__ in the tenant of the developer, with headers, query and body', async () => {
    const answer = await send('hook', { headers: { xkind: 'order' }, query_params: { mode: 'test' }, body: 'a=1&b=\0ü' });
    expect(answer).toEqual({ status_code: 200, headers: { 'content-type': 'application/json' }, body: '{"status":"ok"}' });
    const data = { body: 'a=1&b=ü', mode: 'test', headers: { xkind: 'order' } };
    expect(await saved()).toEqual([{ tenant_id: 'default', user_id: '__webhook__', data }]);
    const [action] = (await harness.actions('hooks', '__webhook__hook')).slice(-1);
    expect(action).toMatchObject({ source: 'webhook', status: 'success', user_id: '__webhook__', tenant_id: 'default' });
  });

  it('may have slashes in its path, and its own method', async () => {
    await send('orders/new', { method: 'PUT', body: 'x' });
    expect(await saved()).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof send>[1]]>([
    ['undeclared', {}],
    ['hook', { method: 'GET' }],
    ['verify', { method: 'POST' }],
    ['without-function', {}],
    ['hook', { app_id: 'plain' }],
    ['hook', { app_id: 'nowhere' }],
    ['hook', { app_id: 'No App' }],
  ])('%s is not found with %j, and nothing runs', async (path, more) => {
    expect(await refusal(send(path, more))).toMatchObject({ status: 404, code: 'not_found', detail: 'Not found.' });
    expect(await saved()).toEqual([]);
  });

  it('of a suspended app is not found', async () => {
    await harness.infra.query('registry', `update app set suspended = true where app_id = 'hooks'`);
    expect(await refusal(send('hook'))).toMatchObject({ status: 404, code: 'not_found' });
    await harness.infra.query('registry', `update app set suspended = false where app_id = 'hooks'`);
  });
});

describe('a webhook with a secret', () => {
  it('runs only with the secret, which its function does not see', async () => {
    for (const headers of [{}, { 'x-hook-secret': '' }, { 'x-hook-secret': 'wrong' }] as Record<string, string>[])
      expect(await refusal(send('locked', { headers }))).toMatchObject({ status: 401 });
    const { secret } = await secretOf('/locked');
    const other = (await harness.call(kernel.createSigningSecret, ada(), { app_id: 'hooks' })).secret;
    expect(await refusal(send('locked', { headers: { 'x-hook-secret': other } }))).toMatchObject({ status: 401 });
    expect(await saved()).toEqual([]);
    await send('locked', { headers: { 'x-hook-secret': secret, xkind: 'order' } });
    expect((await saved()).map(({ data }) => data)).toMatchObject([{ headers: { xkind: 'order' } }]);
    expect(JSON.stringify(await saved())).not.toContain(secret);
  });

  it('takes the former secret for a day', async () => {
    const [former, current] = [await secretOf('/locked'), await secretOf('/locked')];
    for (const { secret } of [former, current]) await send('locked', { headers: { 'x-hook-secret': secret } });
    await harness.query('update signing_secret set previous_until = now()');
    expect(await refusal(send('locked', { headers: { 'x-hook-secret': former.secret } }))).toMatchObject({ status: 401 });
    await send('locked', { headers: { 'x-hook-secret': current.secret } });
    expect(await saved()).toHaveLength(3);
  });
});

it('a webhook of a developer of another tenant runs there, with their secret alone', async () => {
  const eve = asUser('eve', { tenant: 'other', deadline: Date.now() + 15_000 });
  const locked = { path: '/locked', secret_header: 'X-Hook-Secret' };
  await harness.publishApp('theirs', [fn('__webhook__locked', [save])], {}, undefined, { webhooks: [locked] }, eve);
  const sendWith = (secret: string) => send('locked', { app_id: 'theirs', headers: { 'x-hook-secret': secret }, body: 'x' });
  const secretFor = (ctx: typeof eve) => harness.call(kernel.createSigningSecret, ctx, { app_id: 'theirs', webhook: '/locked' });
  const strangers = [ada(), asUser('eve', { deadline: Date.now() + 15_000 })];
  for (const stranger of strangers) expect(await refusal(sendWith((await secretFor(stranger)).secret))).toMatchObject({ status: 401 });
  expect(await saved()).toEqual([]);
  expect(await sendWith((await secretFor(eve)).secret)).toMatchObject({ status_code: 200 });
  expect(await saved()).toMatchObject([{ tenant_id: 'other', user_id: '__webhook__' }]);
});

it('the function of a webhook cannot be called, in a batch or by a step either', async () => {
  expect(await harness.run('hooks', '__webhook__hook')).toMatchObject({ error_code: 'UNKNOWN_SUB_FUNCTION' });
  const calls = [{ function: '__webhook__hook', params: {} }];
  const batch = await harness.call(kernel.callFunctions, ada(), { app_id: 'hooks', user_id: 'imp_u_ada', tenant_id: 'default', calls });
  expect(batch).toMatchObject([{ error_code: 'UNKNOWN_SUB_FUNCTION' }]);
  expect(await harness.run('hooks', 'sneak', { name: '__webhook__hook' })).toMatchObject({ error_code: 'UNKNOWN_SUB_FUNCTION' });
  expect(await saved()).toEqual([]);
});

it('the functions of webhooks are not among those that a deploy lists', async () => {
  const functions = [fn('__webhook__hook', [save]), fn('list', [])];
  const ir = { ir_version: '1.0', app: { id: 'hooks', version: '1.0.0', title: 'Hooks', functions } };
  const checked = await harness.call(kernel.checkIr, ada(), { app_id: 'hooks', ir });
  expect(checked.faults).toEqual([]);
  expect(checked.functions.map(({ name }) => name)).toEqual(['list']);
});

it('two functions for the same webhook are refused', async () => {
  const functions = [fn('__webhook__hook', [save]), fn('__webhook__/hook', [save])];
  const ir = { ir_version: '1.0', app: { id: 'hooks', version: '1.0.0', title: 'Hooks', functions } };
  const { faults } = await harness.call(kernel.checkIr, ada(), { app_id: 'hooks', ir });
  expect(faults.map(({ message }) => message)).toEqual([expect.stringMatching(/same name/)]);
});

describe('a delivery that its sender names', () => {
  it.each(['webhook-id', 'svix-id', 'x-github-delivery', 'idempotency-key'])(
    'by %s runs once, and gets the same answer again',
    async (name) => {
      const delivery = { headers: { [name]: `d-${name}` }, body: 'once' };
      const answers = await Promise.all([send('hook', delivery), send('hook', delivery)]);
      answers.push(await send('hook', { ...delivery, headers: { ...delivery.headers, 'x-attempt': '2' } }));
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
      expect(await saved()).toHaveLength(1);
    },
  );

  it('runs for each webhook, and with another body it is a conflict', async () => {
    const headers = { 'webhook-id': 'd-2' };
    await send('hook', { headers });
    await send('orders/new', { headers, method: 'PUT' });
    expect(await saved()).toHaveLength(2);
    expect(await refusal(send('hook', { headers, body: 'other' }))).toMatchObject({ code: 'idempotency_conflict' });
  });

  it('runs again after an error', async () => {
    const headers = { 'webhook-id': 'd-3' };
    server.answers['remote'] = json({ error: 'Not yet.' }, 409);
    expect(await send('remote', { headers })).toMatchObject({ status_code: 500 });
    server.answers['remote'] = json({ status_code: 422 });
    expect(await send('remote', { headers })).toMatchObject({ status_code: 422 });
    server.answers['remote'] = json({ status_code: 202 });
    expect(await send('remote', { headers })).toMatchObject({ status_code: 202 });
    server.answers['remote'] = json({ status_code: 500 });
    expect(await send('remote', { headers })).toMatchObject({ status_code: 202 });
  });
});

describe('the answer', () => {
  it('is what a step responds', async () => {
    expect(await send('verify', { method: 'GET', query_params: { challenge: 'c-1' } })).toMatchObject({ status_code: 200, body: 'c-1' });
  });

  it('has no header that is not allowed, and is no page', async () => {
    expect(await send('page')).toEqual({ status_code: 418, headers: { 'content-type': 'text/plain' }, body: '<p>Hi</p>' });
  });

  it('of a failure does not show its text', async () => {
    const { status_code, body } = await send('fails');
    expect(status_code).toBe(500);
    expect(JSON.parse(body!)).toEqual({ status: 'error', error_code: 'APP_NOT_INSTALLED' });
  });

  it('is what a server answers', async () => {
    server.answers['remote'] = json({ received: true });
    expect(await send('remote')).toMatchObject({ status_code: 200, body: '{"received":true}' });
  });
});

it('the developer pays for the language model that a webhook uses, and their plan counts its calls', async () => {
  const balance = async () => (await harness.call(billing.getBalance, ada({ scopes: ['billing:read'] }), {})).balance;
  const used = () =>
    harness.infra.query('billing', `select sum(used)::int as used from usage_counter where user_id = 'imp_u_ada' and meter = 'actions'`);
  const [before, counted] = [await balance(), await used()];
  await send('thinks');
  const [action] = await harness.actions('hooks', '__webhook__thinks');
  expect(action).toMatchObject({ status: 'success', extension_price: 0 });
  const fee = Number(action!['platform_fee']);
  expect(fee).toBeGreaterThan(0);
  await waitUntil('the charge', async () => (await balance()) === before - fee);
  expect(Number((await used())[0]!['used'])).toBeGreaterThan(Number(counted[0]?.['used'] ?? 0));
  expect(await harness.infra.query('billing', `select from wallet where user_id = '__webhook__'`)).toEqual([]);
});

it('an approved app runs the webhooks of the release that is approved', async () => {
  await harness.publishApp('live', [fn('__webhook__old', [save])], {}, undefined, { webhooks: [{ path: '/old' }] });
  const listed = { short_description: '', category: '', icon: '', tags: [], system: false, functions: [], permissions: [] };
  const pricing = { pricing_model: 'free', pricing_config: {}, revenue_split: 70 };
  const app = { app_id: 'live', developer_id: 'imp_u_ada', tenant_id: 'default', revision: 1, version: '1.0.0', name: 'Live' };
  await harness.publish(portal.appApproved, { ...app, ...listed, ...pricing, approved_at: new Date() });
  const isLive = () => harness.infra.query('registry', `select from app where app_id = 'live' and live_revision = 1`);
  await waitUntil('the approval', async () => (await isLive())[0], 10_000);
  await harness.publishApp('live', [fn('__webhook__new', [save])], {}, undefined, { webhooks: [{ path: '/new' }] });
  await send('old', { app_id: 'live' });
  expect(await refusal(send('new', { app_id: 'live' }))).toMatchObject({ status: 404 });
  expect(await saved()).toHaveLength(1);
});
