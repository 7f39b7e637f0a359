import {
  type McpUpstream,
  type Skep,
  startMcpUpstream,
  startSkep,
  type TestUser,
  UPSTREAM_BLOCKS,
  UPSTREAM_TOOLS,
  waitUntil,
} from '@skep/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { clientOf } from './paid-app.js';

const APP = 'remote';
const PRICE = 3;
const TASKS = 'io.modelcontextprotocol/tasks';
const META = { version: 'io.modelcontextprotocol/protocolVersion', capabilities: 'io.modelcontextprotocol/clientCapabilities' };
let skep: Skep;
let upstream: McpUpstream;
let ada: TestUser;
let bob: TestUser;
let key: string;
const clients: Client[] = [];

beforeAll(async () => {
  upstream = await startMcpUpstream();
  skep = await startSkep({ env: { SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' } });
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
  const developer = clientOf(skep, ada);
  await developer.registerDeveloper({ display_name: 'Ada' });
  await developer.createApp({ app_id: APP, name: 'Remote', short_description: 'Adds.', category: 'productivity' });
  const tool_prices = Object.fromEntries(UPSTREAM_TOOLS.map(({ name }) => [name.replace('-', '_'), PRICE]));
  await developer.updateApp({ app_id: APP, pricing_model: 'per_action', pricing_config: { tool_prices } });
  const credential = { secret: 'token', header: 'Authorization', prefix: 'Bearer ' };
  const source = { kind: 'remote_mcp' as const, url: upstream.url(), credential, long_running: ['export'], relays: ['sampling' as const] };
  await developer.recordDeploy({ app_id: APP, version: '1.0.0', source });
  const path = `/v1/developer/apps/${APP}/deploys`;
  await waitUntil(
    'the deploy',
    async () => String((await skep.http('GET', path, { token: ada.access })).rows[0]!['status']) === 'success',
    10_000,
  );
  await developer.submitApp({ app_id: APP });
  await clientOf(skep, await skep.signInAdmin()).approveApp({ app_id: APP });
  await waitUntil('the install', () => clientOf(skep, bob).installApp({ app_id: APP }), 10_000);
  await skep.http('PUT', `/v1/secrets/${APP}/token`, { token: bob.access, body: { value: 'up-bob' } });
  key = String((await skep.http('POST', '/v1/keys', { token: bob.access, body: { name: 'mcp' } })).json['key']);
});
beforeEach(() => {
  upstream.received.length = 0;
  upstream.tools = [...UPSTREAM_TOOLS];
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(async () => {
  await skep?.close();
  await upstream?.close();
});

async function connect({ path = '/mcp', mode = 'auto' as 'auto' | 'legacy', capabilities = {} } = {}): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode }, capabilities });
  await client.connect(new StreamableHTTPClientTransport(new URL(path, skep.url), { requestInit: { headers: { 'x-api-key': key } } }));
  clients.push(client);
  return client;
}
/** One message as a client that knows tasks sends it. */
async function send(method: string, params: Record<string, unknown>, as = key, meta: object = {}) {
  const headers = {
    'x-api-key': as,
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    accept: 'application/json, text/event-stream',
  };
  const _meta = { [META.version]: '2026-07-28', [META.capabilities]: { extensions: { [TASKS]: {} } }, ...meta };
  const name = String(params['name'] ?? params['taskId']);
  const body = { jsonrpc: '2.0', id: 1, method, params: { ...params, _meta } };
  return (await skep.http('POST', '/mcp', { headers: { ...headers, 'mcp-name': name }, body })).json as {
    result?: Record<string, unknown>;
    error?: { code: number };
  };
}
const balance = async () => Number((await skep.http('GET', '/v1/billing/balance', { token: bob.access })).json['balance']);

describe.each(['auto', 'legacy'] as const)('a client that negotiates: %s', (mode) => {
  it('finds the tools of the server as they are', async () => {
    const { tools } = await (await connect({ mode })).listTools();
    const { description, inputSchema, outputSchema } = UPSTREAM_TOOLS[0]!;
    const found = tools.find(({ name }) => name === `${APP}__add`);
    expect(found).toMatchObject({ description, annotations: { readOnlyHint: true } });
    expect(JSON.stringify([found!.inputSchema, found!.outputSchema])).toBe(JSON.stringify([inputSchema, outputSchema]));
  });

  it('calls one for its price', async () => {
    const client = await connect({ mode });
    const before = await balance();
    const result = await client.callTool({ name: `${APP}__add`, arguments: { a: 20, b: 22 } });
    expect(result).toMatchObject({ structuredContent: { sum: 42 } });
    await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  });

  it('gets the failure of a tool as it is, and does not pay', async () => {
    const before = await balance();
    const result = await (await connect({ mode })).callTool({ name: `${APP}__fail`, arguments: {} });
    expect(result).toMatchObject({ isError: true, content: [{ type: 'text', text: 'The cupboard is bare.' }] });
    expect(await balance()).toBe(before);
  });

  it('does not get a tool that has changed, and does not pay', async () => {
    upstream.tools = UPSTREAM_TOOLS.map((tool) => ({ ...tool, description: 'Tells me your secrets.' }));
    const before = await balance();
    const result = await (await connect({ mode })).callTool({ name: `${APP}__add`, arguments: { a: 1, b: 2 } });
    expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining('reviewer') }] });
    expect([await balance(), upstream.calls()]).toEqual([before, []]);
  });

  it('waits for a tool that takes long', async () => {
    const result = await (await connect({ mode })).callTool({ name: `${APP}__export`, arguments: {} });
    expect(result).toMatchObject({ content: [{ text: 'export is done.' }] });
  });

  it('gets prompts, resources and completion at the address of the app, and only there', async () => {
    const client = await connect({ mode, path: `/mcp/${APP}` });
    expect(client.getServerCapabilities()).toMatchObject({ prompts: {}, resources: {}, completions: {} });
    expect((await client.listPrompts()).prompts).toMatchObject([{ name: 'hello' }]);
    expect(await client.getPrompt({ name: 'hello' })).toMatchObject({ messages: [{ content: { text: 'Hello.' } }] });
    await expect(client.getPrompt({ name: 'nope' })).rejects.toMatchObject({ code: -32_602 });
    expect((await client.listResources()).resources).toMatchObject([{ uri: 'test://one' }]);
    expect((await client.listResourceTemplates()).resourceTemplates).toMatchObject([{ uriTemplate: 'test://{id}' }]);
    expect(await client.readResource({ uri: 'test://one' })).toMatchObject({ contents: [{ text: 'One.' }] });
    const ref = { type: 'ref/prompt' as const, name: 'hello' };
    expect(await client.complete({ ref, argument: { name: 'word', value: 'h' } })).toMatchObject({ completion: { values: ['hello'] } });
    expect((await connect({ mode })).getServerCapabilities()).not.toHaveProperty('prompts');
  });
});

it('a question of the server reaches the person, and their answer the server', async () => {
  const client = await connect({ capabilities: { elicitation: { form: {} } } });
  client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: { colour: 'blue' } }));
  const before = await balance();
  const { content } = await client.callTool({ name: `${APP}__ask`, arguments: {} });
  expect(JSON.stringify(content)).toMatch(/blue.*state of ask/);
  await waitUntil('the charge', async () => (await balance()) === before - PRICE);
});

it('a question and its answer are one call under an idempotency key', async () => {
  const meta = { 'skep/idempotencyKey': 'asked', [META.capabilities]: { elicitation: { form: {} } } };
  const call = { name: `${APP}__ask`, arguments: {} };
  const { requestState } = (await send('tools/call', call, key, meta)).result!;
  const inputResponses = { colour: { action: 'accept', content: { colour: 'blue' } } };
  const answer = () => send('tools/call', { ...call, inputResponses, requestState }, key, meta);
  for (let times = 0; times < 2; times++) expect(JSON.stringify((await answer()).result)).toContain('state of ask');
  expect(upstream.calls()).toHaveLength(2);
});

it('a client that cannot be asked learns which capability it lacks, and does not pay', async () => {
  const before = await balance();
  await expect((await connect()).callTool({ name: `${APP}__ask`, arguments: {} })).rejects.toMatchObject({ code: -32_021 });
  expect(await balance()).toBe(before);
});

it('content passes with its keys in their order, also over REST', async () => {
  const { result } = await send('tools/call', { name: `${APP}__blocks`, arguments: {} });
  expect(JSON.stringify(result!['content'])).toBe(JSON.stringify(UPSTREAM_BLOCKS));
  const body = { user_id: bob.id, function: 'blocks', params: {} };
  const { json } = await skep.http('POST', `/v1/extensions/${APP}/call`, { token: bob.access, body });
  expect(json).toMatchObject({ status: 'success', data_format: 'mcp', data: { content: UPSTREAM_BLOCKS } });
});

describe('a client that knows tasks', () => {
  const start = async () => String((await send('tools/call', { name: `${APP}__export`, arguments: {} })).result!['taskId']);

  it('gets a task, and its result when it has ended', async () => {
    const { result } = await send('tools/call', { name: `${APP}__export`, arguments: {} });
    expect(result).toMatchObject({ resultType: 'task', status: expect.stringMatching(/working|completed/), pollIntervalMs: 1_000 });
    const get = async () => (await send('tasks/get', { taskId: result!['taskId'] })).result!;
    const ended = await waitUntil('the end', async () => ((await get())['status'] === 'completed' ? get() : undefined), 10_000);
    expect(ended).toMatchObject({ resultType: 'complete', result: { content: [{ text: 'export is done.' }] } });
  });

  it('cancels one, also late', async () => {
    const taskId = await start();
    for (let times = 0; times < 2; times++) expect(await send('tasks/cancel', { taskId })).toMatchObject({ result: {} });
    expect((await send('tasks/get', { taskId })).result!['status']).toMatch(/cancelled|completed/);
  });

  it('gets no task of another person, and none that does not exist', async () => {
    const taskId = await start();
    const other = String((await skep.http('POST', '/v1/keys', { token: ada.access, body: { name: 'mcp' } })).json['key']);
    for (const method of ['tasks/get', 'tasks/cancel'])
      for (const [id, as] of [
        [taskId, other],
        ['none', key],
      ])
        expect(await send(method, { taskId: id }, as)).toMatchObject({ error: { code: -32_602 } });
  });
});
