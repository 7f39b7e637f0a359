import { type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { publishPaidApp } from './paid-app.js';

const PRICE = 7;
let skep: Skep;
let bob: TestUser;
let ada: TestUser;
const clients: Client[] = [];

beforeAll(async () => {
  skep = await startSkep();
  ({ ada, bob } = await publishPaidApp(skep, PRICE));
});
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close();
});
afterAll(() => skep?.close());

const keyOf = async ({ access }: TestUser) =>
  String((await skep.http('POST', '/v1/keys', { token: access, body: { name: 'mcp' } })).json['key']);

interface ClientOptions {
  who?: TestUser;
  path?: string;
  mode?: 'auto' | 'legacy';
  /** What the person answers to questions; without it the client cannot ask. */
  says?: 'accept' | 'decline';
  onChange?: () => void;
}

async function connect({ who = bob, path = '/mcp', mode = 'auto', says, onChange }: ClientOptions = {}): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1.0.0' },
    {
      versionNegotiation: { mode },
      capabilities: says ? { elicitation: { form: {} } } : {},
      ...(onChange && { listChanged: { tools: { autoRefresh: false, onChanged: onChange } } }),
    },
  );
  if (says) client.setRequestHandler('elicitation/create', () => ({ action: says, ...(says === 'accept' && { content: {} }) }));
  const headers = { 'x-api-key': await keyOf(who) };
  await client.connect(new StreamableHTTPClientTransport(new URL(path, skep.url), { requestInit: { headers } }));
  clients.push(client);
  return client;
}

const save = (client: Client, url: string, name = 'link-saver__save_link') => client.callTool({ name, arguments: { url } });
const balance = async () => Number((await skep.http('GET', '/v1/billing/balance', { token: bob.access })).json['balance']);
const confirmations = (on: boolean, who = bob) =>
  skep.http('PATCH', '/v1/me/settings', { token: who.access, body: { confirmation_enabled: on, confirmation_actions: { write: on } } });

describe.each(['auto', 'legacy'] as const)('a client that negotiates: %s', (mode) => {
  it('finds the functions of its person’s apps, and calls one', async () => {
    const client = await connect({ mode });
    const { tools } = await client.listTools();
    expect(tools.find(({ name }) => name === 'link-saver__save_link')).toMatchObject({
      inputSchema: { type: 'object', required: ['url'] },
      annotations: { readOnlyHint: false },
    });
    const before = await balance();
    const result = await save(client, `https://${mode}.example`);
    expect(result).toMatchObject({ structuredContent: { steps: expect.anything() }, content: [{ type: 'text' }] });
    expect(result.isError).toBeFalsy();
    await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  });

  it('gets failures of functions as results, and unknown tools as errors', async () => {
    const client = await connect({ mode });
    expect(await client.callTool({ name: 'link-saver__save_link', arguments: {} })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('url') }],
    });
    for (const name of ['link-saver__nothing', 'no-such-app__save_link', 'nothing', 'link-saver____panel__links'])
      await expect(client.callTool({ name, arguments: {} })).rejects.toMatchObject({
        code: -32_602,
        message: expect.stringContaining(name),
      });
  });
});

it('has the functions of one app under their own names, where its person has the app', async () => {
  const client = await connect({ path: '/mcp/link-saver' });
  const names = (await client.listTools()).tools.map(({ name }) => name);
  expect(names).toContain('save_link');
  expect(await save(client, 'https://one.example', 'save_link')).toMatchObject({ structuredContent: {} });
  const carol = await skep.signUpUser();
  await expect(connect({ who: carol, path: '/mcp/link-saver' })).rejects.toThrow();
  const all = (await (await connect({ who: carol })).listTools()).tools;
  expect(all.filter(({ name }) => name.startsWith('link-saver'))).toEqual([]);
});

describe('a call that waits for its person', () => {
  beforeAll(() => confirmations(true));
  afterAll(() => confirmations(false));

  it('is a question of the client, and runs when they accept', async () => {
    const before = await balance();
    expect(await save(await connect({ says: 'accept' }), 'https://yes.example')).toMatchObject({ structuredContent: {} });
    await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  });

  it('does not run when they decline', async () => {
    const before = await balance();
    expect(await save(await connect({ says: 'decline' }), 'https://no.example')).toMatchObject({ isError: true });
    expect(await balance()).toBe(before);
  });

  it('names a page where the client cannot ask', async () => {
    for (const mode of ['auto', 'legacy'] as const) {
      const result = await save(await connect({ mode }), 'https://page.example');
      expect(result).toMatchObject({ isError: true, content: [{ text: expect.stringContaining(`${skep.url}/app/confirmations/`) }] });
    }
  });
});

describe('the state of a question', () => {
  const post = async (who: TestUser, args: object, more: object = {}, name = 'link-saver__save_link') => {
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } },
    };
    const { json } = await skep.http('POST', '/mcp', {
      headers: { 'x-api-key': await keyOf(who), 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/call', 'mcp-name': name },
      body: { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args, ...more, _meta } },
    });
    return json as unknown as { result?: Record<string, unknown>; error?: { code: number } };
  };
  const yes = (requestState: unknown) => ({ requestState, inputResponses: { confirm: { action: 'accept', content: {} } } });
  const REFUSED = { error: { code: -32_602 } };
  const args = { url: 'https://state.example' };
  const ask = async () => String((await post(bob, args)).result?.['requestState']);

  beforeAll(() => confirmations(true));
  afterAll(() => confirmations(false));

  it('is good once', async () => {
    const state = await ask();
    expect(await post(bob, args, yes(state))).toMatchObject({ result: { resultType: 'complete', structuredContent: {} } });
    expect(await post(bob, args, yes(state))).toMatchObject(REFUSED);
  });

  it('is good for its person, function and arguments only', async () => {
    const state = await ask();
    expect(await post(ada, args, yes(state))).toMatchObject(REFUSED);
    expect(await post(bob, { url: 'https://swapped.example' }, yes(state))).toMatchObject(REFUSED);
    expect(await post(bob, args, yes(state), 'link-saver__list_links')).toMatchObject(REFUSED);
    for (const changed of [`${state}x`, state.slice(0, -1), '']) expect(await post(bob, args, yes(changed))).toMatchObject(REFUSED);
    expect(await post(bob, args, yes(state))).toMatchObject({ result: { resultType: 'complete' } });
  });

  it('is asked for again without a clear answer', async () => {
    const state = await ask();
    for (const inputResponses of [{}, { confirm: { action: 'perhaps' } }, { other: { action: 'accept' } }])
      expect(await post(bob, args, { requestState: state, inputResponses })).toMatchObject({ result: { requestState: state } });
  });

  it('is not enough for what affects what its person pays', async () => {
    const change = { plan_id: 'starter' };
    const asked = await post(bob, change, {}, 'billing__change_plan');
    expect(asked).toMatchObject({ result: { isError: true, content: [{ text: expect.stringContaining('/app/confirmations/') }] } });
    const { json } = await skep.http('GET', '/v1/confirmations/active', { token: bob.access });
    const waiting = json['confirmations'] as unknown as { confirmation_id: string; kind: string }[];
    const { confirmation_id } = waiting.find(({ kind }) => kind === 'panel_approval_required')!;
    expect(await post(bob, change, yes(confirmation_id), 'billing__change_plan')).toMatchObject(REFUSED);
  });
});

it('tells listeners when their person installs or uninstalls an app, and nobody else', async () => {
  const told = { ada: 0, bob: 0 };
  await connect({ who: ada, onChange: () => told.ada++ });
  await connect({ onChange: () => told.bob++ });
  await skep.http('DELETE', '/v1/marketplace/apps/link-saver/install', { token: bob.access });
  await waitUntil('the notice', () => told.bob === 1);
  await skep.http('POST', '/v1/marketplace/apps/link-saver/install', { token: bob.access, body: {} });
  await waitUntil('the second notice', () => told.bob === 2);
  expect(told).toEqual({ ada: 0, bob: 2 });
});

describe('a client with many tools', () => {
  it('finds them by words, and calls what it has found', async () => {
    const client = await connect({ path: '/mcp?tools=search' });
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['search_tools', 'call_tool']);
    const found = await client.callTool({ name: 'search_tools', arguments: { query: 'save a link' } });
    const [first] = (found.structuredContent as { tools: { name: string; inputSchema: object }[] }).tools;
    expect(first).toMatchObject({ name: 'link-saver__save_link', inputSchema: { required: ['url'] } });
    const before = await balance();
    const called = await client.callTool({
      name: 'call_tool',
      arguments: { name: first!.name, arguments: { url: 'https://found.example' } },
    });
    expect(called.isError).toBeFalsy();
    await waitUntil('the charge', async () => (await balance()) === before - PRICE);
  });

  it('gets what is wrong with a search or a call', async () => {
    const client = await connect({ path: '/mcp?tools=search' });
    for (const args of [{}, { query: 5 }, { query: 'a', limit: 0 }])
      expect(await client.callTool({ name: 'search_tools', arguments: args })).toMatchObject({ isError: true });
    await expect(client.callTool({ name: 'call_tool', arguments: { name: 'nothing' } })).rejects.toMatchObject({ code: -32_602 });
    await expect(client.callTool({ name: 'call_tool', arguments: { name: 5 } })).rejects.toMatchObject({ code: -32_602 });
  });

  it('has no such tools at the usual address', async () => {
    const client = await connect();
    await expect(client.callTool({ name: 'search_tools', arguments: { query: '' } })).rejects.toMatchObject({ code: -32_602 });
  });
});

it('a call repeated under one key runs once, and a key that is too long is refused', async () => {
  const client = await connect();
  const under = (key: string) =>
    client.callTool({ name: 'link-saver__save_link', arguments: { url: 'https://key.example' }, _meta: { 'skep/idempotencyKey': key } });
  const idOf = async (key: string) => JSON.stringify((await under(key)).structuredContent);
  expect(await idOf('one')).toBe(await idOf('one'));
  expect(await idOf('two')).not.toBe(await idOf('one'));
  await expect(under('x'.repeat(256))).rejects.toMatchObject({ code: -32_602 });
});
