import { type Json, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, type Received } from './sockets/client.js';

const COMMANDS = ['system.run', 'system.which'];
const WHICH = { command: 'system.which', args: { binary: 'git' } };
const GOOD = { success: true, output: '/usr/bin/git', data: { return_code: 0 } };

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
const clients: Client[] = [];

beforeAll(async () => {
  skep = await startSkep({ split: true, env: { SKEP_RUN_LEASE_MS: '1000', SKEP_NODE_COMMAND_MS: '15000' } });
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
});
afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});
afterAll(() => skep?.close());

const send = (method: string, path: string, body?: object, { who = ada, gateway = skep.url } = {}) =>
  skep.http(method, `/api/nodes${path}`, { token: who.access, gateway, ...(body && { body }) });
async function connect({ query = '', gateway = skep.url } = {}): Promise<Client> {
  const client = await Client.open(`${gateway}/ws/node${query}`);
  clients.push(client);
  return client;
}
const dataOf = (message: Received) => message['data'] as Record<string, string>;
const next = (client: Client, event: string): Promise<Received> =>
  waitUntil(event, () => client.messages.find((message) => message['event'] === event), 30_000);
const statusOf = async (id: string) => (await send('GET', `/${id}`)).json['status'];

interface Box {
  id: string;
  token: string;
  client: Client;
}
/** A node of ada's that is online at a gateway. */
async function box(gateway = skep.url, dialect = 'event'): Promise<Box> {
  const made = (await send('POST', '', { name: 'box', platform: 'linux', capabilities: COMMANDS })).json;
  const id = String(made['node_id']);
  const token = String((await send('POST', `/${id}/approve`, {})).json['token']);
  const client = await connect({ gateway });
  if (dialect === 'type') {
    expect(await client.ask({ type: 'auth', token, node_id: id })).toEqual({ type: 'auth_ok', node_id: id });
    return { id, token, client };
  }
  client.send({ event: 'node.auth', data: { token, platform: 'linux', capabilities: COMMANDS, declared_commands: COMMANDS } });
  await next(client, 'node.auth.ok');
  return { id, token, client };
}
const reply = (client: Client, request_id: string) => client.send({ event: 'node.result', data: { request_id, ...GOOD } });
const orderOf = async ({ client }: Box) => dataOf(await next(client, 'node.invoke'))['request_id']!;
const lastLog = async (id: string) => ((await send('GET', `/${id}/logs?limit=1`)).json['logs'] as unknown as Json[])[0]!;

describe('a device', () => {
  it('asks to be paired; who approves it from its network owns it, and it runs their commands', async () => {
    const client = await connect();
    client.send({ event: 'node.pair.request', data: { name: 'box', platform: 'linux', capabilities: COMMANDS } });
    const { node_id = '' } = dataOf(await next(client, 'node.pair.pending'));
    expect((await skep.http('POST', `/api/nodes/${node_id}/approve`, { body: {} })).status).toBe(401);
    const approved = await send('POST', `/${node_id}/approve`, {});
    expect(approved.status).toBe(200);
    expect(dataOf(await next(client, 'node.pair.approved'))).toEqual({ node_id, token: approved.json['token'] });
    client.send({ event: 'node.auth', data: { token: approved.json['token'] } });
    await next(client, 'node.auth.ok');
    const answer = send('POST', `/${node_id}/invoke`, WHICH);
    const order = dataOf(await next(client, 'node.invoke'));
    expect(order).toEqual({ ...WHICH, request_id: order['request_id'] });
    client.send({ event: 'node.event', data: { event_type: 'exec.started', payload: { request_id: order['request_id'] } } });
    reply(client, order['request_id']!);
    expect((await answer).json).toMatchObject({ success: true, output: GOOD.output, result: GOOD.output, exit_code: 0, data: GOOD.data });
    expect([client.closed, client.messages.filter(({ event }) => event === 'node.error')]).toEqual([undefined, []]);
  });

  it('with a wrong token is told, and its socket closes if the token was in the address', async () => {
    const client = await connect({ query: '?token=wrong' });
    await next(client, 'node.auth.error');
    expect(await client.end()).toMatchObject({ code: 4001 });
    const seed = await connect();
    expect(await seed.ask({ type: 'auth', token: 'wrong', node_id: 'x', capabilities: [] })).toMatchObject({ type: 'auth_error' });
  });

  it('is told in its dialect what is wrong with a message, and stays connected', async () => {
    const client = await connect();
    const wordsOf = async (message: object | string) => dataOf(await client.ask(message))['message'];
    expect(await wordsOf('{no json')).toBe('Invalid JSON');
    expect(await wordsOf({ event: 'node.nonsense', data: {} })).toBe('Unknown event: node.nonsense');
    expect(await wordsOf({ event: 'node.pair.request', data: { name: 7 } })).toMatch(/name/);
    expect(await wordsOf({ event: 'node.heartbeat', data: {} })).toBe('Sign in first.');
    expect(await wordsOf({ event: 'node.result', data: { request_id: 'x' } })).toBe('Sign in first.');
    expect(await client.ask({ type: 'nonsense' })).toEqual({ type: 'error', code: 'bad_request', message: 'Unknown event: nonsense' });
    expect(await client.ask({ type: 'result', request_id: 'x' })).toMatchObject({ type: 'error', code: 'unauthenticated' });
    expect(client.closed).toBeUndefined();
  });

  it('that is removed loses its socket and its token', async () => {
    const { id, token, client } = await box();
    expect((await send('DELETE', `/${id}`)).json).toEqual({ status: 'removed', node_id: id });
    expect(await client.end()).toMatchObject({ code: 4004 });
    expect((await send('GET', `/${id}`)).status).toBe(404);
    await next(await connect({ query: `?token=${token}` }), 'node.auth.error');
  });

  it('of another person does not exist', async () => {
    const own = await box();
    const answer = send('POST', `/${own.id}/invoke`, { command: 'system.run', args: { command: 'date' } });
    const asking = () => send('GET', '/exec-approvals/pending').then(({ json }) => json['pending'] as unknown as Json[]);
    const { id } = await waitUntil('the approval', async () => (await asking()).find(({ node_id }) => String(node_id) === own.id));
    const others = [
      ['GET', `/${own.id}`],
      ['PATCH', `/${own.id}`, { name: 'mine' }],
      ['DELETE', `/${own.id}`],
      ['GET', `/${own.id}/logs`],
      ['POST', `/${own.id}/approve`, {}],
      ['POST', `/${own.id}/invoke`, WHICH],
      ['POST', `/exec-approvals/${String(id)}/resolve`, { approved: true }],
    ] as const;
    for (const [method, path, body] of others) expect([path, (await send(method, path, body, { who: bob })).status]).toEqual([path, 404]);
    expect((await send('GET', '/exec-approvals/pending', undefined, { who: bob })).json['pending']).toEqual([]);
    expect((await send('POST', `/exec-approvals/${String(id)}/resolve`, { approved: false })).json['status']).toBe('denied');
    expect(await answer).toMatchObject({ status: 400, json: { detail: 'The command was denied.' } });
  });
});

describe('a process that is killed', () => {
  it('nodes: a command that was sent ends with the answer of its device', async () => {
    const own = await box();
    const answer = send('POST', `/${own.id}/invoke`, WHICH);
    const request_id = await orderOf(own);
    await skep.killApp('nodes');
    await skep.startApp('nodes');
    await waitUntil('the service', async () => (await statusOf(own.id)) as unknown as string);
    reply(own.client, request_id);
    expect(await lastEnded(own.id)).toMatchObject({ request_id, success: true, output: GOOD.output });
    // The caller has the answer, or a problem.
    expect([200, 503, 504]).toContain((await answer).status);
    expect(own.client.messages.filter(({ event }) => event === 'node.invoke')).toHaveLength(1);
  });

  it('a gateway: a command that was sent ends with the answer that its device gives at another gateway', async () => {
    const other = await skep.startGateway();
    const own = await box(other.url);
    const answer = send('POST', `/${own.id}/invoke`, WHICH);
    const request_id = await orderOf(own);
    await other.kill();
    const again = await connect({ query: `?token=${own.token}` });
    await next(again, 'node.auth.ok');
    reply(again, request_id);
    expect(await answer).toMatchObject({ status: 200, json: { request_id, output: GOOD.output } });
  });

  it('a gateway: its devices are offline at the next command', async () => {
    const other = await skep.startGateway();
    const own = await box(other.url);
    await other.kill();
    expect(await send('POST', `/${own.id}/invoke`, WHICH)).toMatchObject({ status: 400, json: { detail: 'The node is offline.' } });
    expect(await statusOf(own.id)).toBe('offline');
  });

  it('a gateway: its devices without heartbeat are offline after a while, those of other gateways stay online', async () => {
    const other = await skep.startGateway();
    const [own, lost] = [await box(skep.url, 'type'), await box(other.url, 'type')];
    await other.kill();
    await skep.infra.query('nodes', `update node set last_seen = now() - interval '91 seconds' where id = any($1)`, [[own.id, lost.id]]);
    await waitUntil('it to be offline', async () => ((await statusOf(lost.id)) as unknown as string) === 'offline', 30_000);
    expect([await statusOf(own.id), own.client.closed]).toEqual(['online', undefined]);
  });
});

const lastEnded = (id: string) =>
  waitUntil(
    'the command to end',
    async () => {
      const log = await lastLog(id);
      return log['completed_at'] && log;
    },
    40_000,
  );
