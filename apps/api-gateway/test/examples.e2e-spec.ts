import { type Answer, type Json, languageModel, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { EXAMPLES, type Example, type ExampleCall, fill, mapTexts, readExample, serverOf } from './examples/read-example.js';
import { startRates, startServer } from './examples/servers.js';

/** Every app of docs/examples as its author deploys it, and as a user has it after the approval. */
const resources = new AsyncDisposableStack();
let skep: Skep;
let ada: TestUser;
let admin: TestUser;
/** What to write instead of addresses on the Internet. */
const addresses: Record<string, string> = {};

beforeAll(async () => {
  const model = resources.adopt(await languageModel(), (model) => model.close());
  const rates = resources.adopt(await startRates(), (server) => server.close());
  Object.assign(addresses, { 'https://api.frankfurter.dev': rates.url, 'http:api.frankfurter.dev': `http:${new URL(rates.url).host}` });
  const llm = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  skep = resources.adopt(await startSkep({ env: { ...llm, SKEP_OUTBOUND_ALLOW: '127.0.0.1' } }), (skep) => skep.close());
  [ada, admin] = [await skep.signUpUser(), await skep.signInAdmin()];
  await send(ada, 'POST', '/v1/developer/register', { display_name: 'Ada' });
  await send(admin, 'POST', '/v1/admin/developer/tier', { user_id: ada.id, tier: 'partner' });
});
afterAll(() => resources.disposeAsync());

it.each(EXAMPLES)('%s is deployed without warnings and approved, and its calls have their results', async (id) => {
  const { calls, needs } = await publish(id);
  for (const needed of needs) await publish(needed);
  const bob = await skep.signUpUser();
  for (const app of [...needs, id])
    await waitUntil(
      `the install of ${app}`,
      async () => (await ask(bob, 'POST', `/v1/marketplace/apps/${app}/install`, {})).status === 200,
    );
  const answers: Record<string, unknown> = {};
  for (const call of calls) await check(call, id, bob, answers);
});

it('the app of docs/apps.md is tried, priced, submitted, approved and paid', async () => {
  const page = await readFile(new URL('../../../../docs/apps.md', import.meta.url), 'utf8');
  const ir = JSON.parse(/^```json\n(.*?)^```/ms.exec(page)![1]!) as Example['ir'];
  await create('tea-timer', ir);
  const call = (who: TestUser, name: string, params: object) =>
    ask(who, 'POST', '/v1/extensions/tea-timer/call', { user_id: who.id, function: name, params });
  expect(await deployIr('tea-timer', ir, { dev_mode: true })).toMatchObject({ warnings: [], submission: null });
  expect((await call(ada, 'save_tea', { tea: 'Sencha', minutes: 2 })).json).toMatchObject({ status: 'success' });
  const found = { steps: { found: { docs: [{ data: { tea: 'Sencha', minutes: 2 } }] } } };
  expect((await call(ada, 'find_tea', { tea: 'Sencha' })).json).toMatchObject({ status: 'success', data: found });
  const prices = { pricing_model: 'per_action', pricing_config: { tool_prices: { save_tea: 2 } } };
  await send(ada, 'PUT', '/v1/developer/apps/tea-timer', prices);
  expect(await deployIr('tea-timer', ir)).toMatchObject({ submission: { status: 'pending_review' } });
  await send(admin, 'POST', '/v1/admin/apps/tea-timer/approve', {});
  const bob = await skep.signUpUser();
  await install(bob, 'tea-timer');
  const balance = async () => Number((await skep.http('GET', '/v1/billing/balance', { token: bob.access })).json['balance']);
  const before = await balance();
  expect((await call(bob, 'save_tea', { tea: 'Assam', minutes: 4 })).json).toMatchObject({ status: 'success' });
  await waitUntil('the charge', async () => (await balance()) === before - 2);
});

const install = (who: TestUser, app: string) =>
  waitUntil(`the install of ${app}`, async () => (await ask(who, 'POST', `/v1/marketplace/apps/${app}/install`, {})).status === 200);

const published = new Map<string, Promise<Example>>();
function publish(id: string): Promise<Example> {
  const known = published.get(id) ?? deploy(id);
  published.set(id, known);
  return known;
}

/** Deploys and approves an example. Its server runs before its IR is deployed, which names the address. */
async function deploy(id: string): Promise<Example> {
  await create(id, (await readExample(id, {})).ir);
  const file = serverOf(id);
  const server = file && resources.adopt(await startServer(skep, id, file, ada), (server) => server.close());
  const example = await readExample(id, { ...addresses, ...(server && { 'https://signer.example.com': server.url }) });
  const { ir, manifest } = example;
  const tools = { headers: { 'x-service-token': skep.serviceToken }, body: { manifest_json: manifest } };
  if (manifest) expect((await skep.http('POST', `/v1/developer/apps/${id}/_sync_manifest`, tools)).status).toBe(200);
  const { submission, warnings } = await deployIr(id, ir);
  expect(submission).toMatchObject({ status: 'pending_review' });
  // The addresses of the test are not encrypted.
  const faults = (warnings as unknown as { message: string }[]).filter(({ message }) => !message.includes('is not encrypted'));
  expect(faults).toEqual([]);
  const { revision } = submission as unknown as { revision: number };
  const reviewed = await skep.http('GET', `/v1/admin/apps/${id}/releases/${revision}`, { token: admin.access });
  expect(reviewed.json['ir']).toMatchObject(ir);
  await send(admin, 'POST', `/v1/admin/apps/${id}/approve`, {});
  return example;
}

const create = (app_id: string, { app: { title: name, description } }: Example['ir']) =>
  send(ada, 'POST', '/v1/developer/apps', { app_id, name, short_description: description, category: 'productivity' });

/** @returns the receipt */
async function deployIr(app_id: string, ir_dict: Example['ir'], more = {}): Promise<Record<string, Json>> {
  const call = { user_id: ada.id, function: 'deploy_ir', params: { app_id, ir_dict, ...more } };
  const { json } = await send(ada, 'POST', '/v1/extensions/developer/call', call);
  expect(json).toMatchObject({ status: 'success', error: null });
  return json['data']!;
}

async function check(call: ExampleCall, id: string, bob: TestUser, answers: Record<string, unknown>): Promise<void> {
  const { status = 200, result, eventually, as } = call;
  const expected = { status, ...(result !== undefined && { result: mapTexts(fill(result, answers), toMatcher) }) };
  const attempt = async () => toResult(await perform(fill(call, answers), id, bob));
  const matching = async () => {
    const answer = await attempt();
    expect(answer).toMatchObject(expected);
    return answer;
  };
  const answer = await (eventually ? waitUntil(`the result of ${call.function ?? call.request}`, matching) : matching());
  if (as) answers[as] = answer.result;
}

const toMatcher = (text: string): unknown => (text === '…' ? expect.anything() : text);
const toResult = ({ status, json, text }: Answer): { status: number; result: unknown } => ({ status, result: json ?? text });

function perform({ function: name, params = {}, request = '', by, headers = {}, body }: ExampleCall, id: string, bob: TestUser) {
  if (name) return ask(bob, 'POST', `/v1/extensions/${id}/call`, { user_id: bob.id, function: name, params });
  const [method = '', path = ''] = request.split(' ');
  const token = by === 'nobody' ? {} : { token: by === 'developer' ? ada.access : bob.access };
  const sent = typeof body === 'string' ? { raw: body, headers: { 'content-type': 'text/plain', ...headers } } : { body, headers };
  return skep.http(method, path, { ...token, ...sent });
}

const ask = (who: TestUser, method: string, path: string, body: object): Promise<Answer> =>
  skep.http(method, path, { token: who.access, body });

async function send(who: TestUser, method: string, path: string, body: object): Promise<Answer> {
  const answer = await ask(who, method, path, body);
  if (answer.status >= 300) throw new Error(`${path}: ${answer.text}`);
  return answer;
}
