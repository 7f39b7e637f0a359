import { type GatewayProcess, type Skep, startSkep, type TestUser, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { renderMatrix } from '../src/matrix/document.js';
import { openApi } from '../src/openapi/document.js';
import { parrots } from './sockets/api.js';
import { Client, type ClientOptions } from './sockets/client.js';

const main = (name: string) => new URL(`./sockets/${name}.js`, import.meta.url);
const MAX = 5;
const ORIGIN = 'https://panel.example.com';
const env = { SKEP_MAX_SOCKETS: String(MAX), SKEP_SOCKET_PING_MS: '1000', SKEP_CORS_ORIGINS: ORIGIN };

let skep: Skep;
let ada: TestUser;
let bob: TestUser;
let parrot: Awaited<ReturnType<Skep['infra']['startApp']>>;
const startParrot = async () => (parrot = await skep.infra.startApp('parrot', {}, main('parrot')));
const clients: Client[] = [];

beforeAll(async () => {
  skep = await startSkep({ gateway: main('main'), gatewayUser: 'operator', env });
  await startParrot();
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
});
afterEach(async () => {
  for (const client of clients) client.close();
  for (const client of clients.splice(0)) await client.end(5_000);
});
afterAll(() => skep?.close());

async function join({ user = ada, query = '', gateway = skep.url, ...options }: JoinOptions = {}): Promise<Client> {
  const client = await Client.open(`${gateway}/parrots${query}`, { token: user.access, ...options });
  clients.push(client);
  return client;
}
interface JoinOptions extends Omit<ClientOptions, 'token'> {
  user?: TestUser;
  query?: string;
  gateway?: string;
}
async function joinOpen(query = ''): Promise<Client> {
  const client = await Client.open(`${skep.url}/parrots/open${query}`);
  clients.push(client);
  return client;
}
const left = async (id: string) =>
  ((await skep.http('GET', '/parrots/left')).json as unknown as { socket_id: string; code: number; user: string }[]).filter(
    ({ socket_id }) => socket_id === id,
  );
const hasLeft = async (id: string) => (await waitUntil('its end to be known', async () => (await left(id))[0], 10_000))!;

describe('the handshake', () => {
  it('is a request: access, the operation and its problems are those of any route', async () => {
    const client = await join();
    expect(await client.until(1)).toEqual([
      { type: 'welcome', socket_id: expect.stringMatching(/^[0-9a-f]{16}-[0-9a-f]{24}$/), user: ada.id },
    ]);
    await expect(Client.open(`${skep.url}/parrots`)).rejects.toThrow(/^401: .*unauthenticated/);
    await expect(Client.open(`${skep.url}/parrots`, { token: 'wrong' })).rejects.toThrow('401');
    await expect(join({ query: '?name=nobody' })).rejects.toThrow(/^403: .*Nobody may not join/);
    await expect(join({ query: `?name=${'x'.repeat(21)}` })).rejects.toThrow(/^422: .*"query","name"/);
    await expect(Client.open(`${skep.url}/nothing`)).rejects.toThrow(/^40[45]/);
  });

  it('does not let the client name its socket', async () => {
    const other = '0123456789abcdef-0123456789abcdef01234567';
    const client = await join({ query: `?socket_id=${other}` });
    expect(await client.id()).not.toBe(other);
    expect(await client.ask({ type: 'which', socket_id: other })).toMatchObject({ socket_id: await client.id() });
  });

  it('takes the token from the query only where the route says so', async () => {
    await expect(Client.open(`${skep.url}/parrots?token=${ada.access}`)).rejects.toThrow('401');
    const client = await joinOpen(`?token=${ada.access}`);
    await client.until(1);
    expect(await client.ask({ type: 'say', text: 'hi' })).toEqual({ type: 'said', text: 'hi', user: ada.id });
  });

  it('is refused to pages of other sites, and to what is no handshake', async () => {
    await expect(join({ headers: { origin: 'https://evil.example' } })).rejects.toThrow(/^403: .*origin/);
    await expect(join({ headers: { origin: 'null' } })).rejects.toThrow('403');
    await (await join({ headers: { origin: ORIGIN } })).until(1);
    const plain = await skep.http('GET', '/parrots', { token: ada.access });
    expect([plain.status, plain.json['code']]).toEqual([426, 'upgrade_required']);
    await expect(join({ protocolVersion: 8 })).rejects.toThrow('426');
  });

  it('lets a person have a limited number of sockets', async () => {
    const all = await Promise.all(Array.from({ length: MAX }, () => join()));
    await expect(join()).rejects.toThrow(/^429: .*sockets/);
    await join({ user: bob });
    all[0]!.close();
    await waitUntil('room', () =>
      join().then(
        () => true,
        () => false,
      ),
    );
  });
});

describe('a message', () => {
  it('is answered by its operation, one after the other', async () => {
    const client = await join();
    await client.until(1);
    client.send({ type: 'say', text: 'slow', pause_ms: 200 });
    client.send({ type: 'think' });
    client.send({ type: 'say', text: 'fast', more: 1 });
    const said = (text: string) => ({ type: 'said', text, user: ada.id });
    expect((await client.until(3)).slice(1)).toEqual([said('slow'), said('fast')]);
  });

  it('that is wrong is answered with an error, and the socket stays open', async () => {
    const client = await join();
    await client.until(1);
    for (const [message, code, text] of [
      ['{no json', 'invalid_input', /valid JSON/],
      ['[1]', 'invalid_input', /object/],
      [{ text: 'x' }, 'bad_request', /needs the field type/],
      [{ type: 'constructor' }, 'bad_request', /Unknown message: constructor/],
      [{ type: 'say' }, 'invalid_input', /^text: Field required$/],
      [{ type: 'say', text: 'x', pause_ms: -1 }, 'invalid_input', /^pause_ms/],
    ] as const)
      expect(await client.ask(message)).toEqual({ type: 'error', code, message: expect.stringMatching(text) });
    expect(await client.ask({ type: 'say', text: 'still here' })).toMatchObject({ text: 'still here' });
  });

  it('that is too large closes the socket with 1009, and one that is no text with 1003', async () => {
    const [large, binary] = [await join(), await join()];
    large.send({ type: 'say', text: 'x'.repeat(100_001) });
    binary.socket.send(Buffer.from('{}'), { binary: true });
    expect([(await large.end()).code, (await binary.end()).code]).toEqual([1009, 1003]);
  });

  it('may sign in, and speaks for whom it names, in its dialect', async () => {
    const client = await joinOpen();
    await client.until(1);
    const say = { type: 'say', text: 'hi' };
    expect(await client.ask(say)).toEqual({ type: 'error', code: 'unauthenticated' });
    expect(await client.ask({ event: 'parrot.say', text: 'hi' })).toEqual({ event: 'error', data: { code: 'unauthenticated' } });
    expect(await client.ask({ ...say, token: 'wrong' })).toEqual({ type: 'error', code: 'unauthenticated' });
    expect(await client.ask({ ...say, token: ada.access })).toMatchObject({ user: ada.id });
    expect(await client.ask({ event: 'parrot.say', text: 'hi' })).toMatchObject({ user: ada.id });
    expect(await client.ask({ ...say, token: bob.access })).toMatchObject({ user: bob.id });
    client.close();
    expect(await hasLeft(await client.id())).toMatchObject({ code: 1000, user: bob.id });
  });

  it('cannot sign in a person who has too many sockets', async () => {
    await Promise.all(Array.from({ length: MAX }, () => join()));
    const client = await joinOpen();
    await client.until(1);
    expect(await client.ask({ type: 'say', text: 'hi', token: ada.access })).toEqual({ type: 'error', code: 'too_many_requests' });
    expect(await client.ask({ type: 'say', text: 'hi' })).toEqual({ type: 'error', code: 'unauthenticated' });
  });
});

describe('a service', () => {
  it('sends to a socket by its id, at the gateway that holds it, in order and only what the class has', async () => {
    const gateway = await skep.startGateway();
    const [here, there] = [await join(), await join({ gateway: gateway.url })];
    const to = await there.id();
    await here.id();
    expect(await here.ask({ type: 'tell', to, times: 100 })).toEqual({ type: 'told', is_open: true });
    const said = Array.from({ length: 100 }, (_, n) => ({ type: 'said', text: String(n), user: ada.id }));
    expect((await there.until(101)).slice(1)).toEqual(said);
    there.close();
    await there.end();
    await waitUntil('it to be gone', async () => (await here.ask({ type: 'tell', to }))['is_open'] === false);
    await gateway.stop();
  });

  it('sends before the socket is open, and closes it', async () => {
    const [client, other] = [await join({ query: '?name=early' }), await join()];
    expect((await client.until(2)).map(({ type }) => type)).toEqual(['said', 'welcome']);
    await other.id();
    const to = String(client.messages[1]!['socket_id']);
    expect(await other.ask({ type: 'tell', to, code: 4001 })).toEqual({ type: 'told', is_open: true });
    expect(await client.end()).toEqual({ code: 4001, reason: 'as told' });
    expect(await left(to)).toEqual([{ socket_id: to, code: 4001, user: ada.id }]);
    for (const unknown of ['nonsense', to]) expect(await other.ask({ type: 'tell', to: unknown })).toMatchObject({ is_open: false });
  });

  it('that is killed leaves sockets open: messages are answered with an error until it is back', async () => {
    const client = await join();
    await client.id();
    await parrot.kill('SIGKILL');
    expect(await client.ask({ type: 'say', text: 'hi' })).toMatchObject({ type: 'error', code: 'unavailable' });
    await startParrot();
    expect(await client.ask({ type: 'say', text: 'hi' })).toMatchObject({ type: 'said', text: 'hi' });
  });
});

describe('a socket ends', () => {
  it('when its client does not answer pings, and not when it does', async () => {
    const [alive, dead] = [await join(), await join({ autoPong: false })];
    expect((await dead.end(5_000)).code).toBe(1006);
    expect(await hasLeft(await dead.id())).toMatchObject({ code: 1006 });
    await sleep(2_100);
    expect(alive.closed).toBeUndefined();
  });

  it('with 1013 when its client reads too slowly', async () => {
    const [slow, other] = [await join(), await join()];
    const to = await slow.id();
    await other.id();
    slow.socket.pause();
    while ((await other.ask({ type: 'tell', to, times: 10, length: 100_000 }))['is_open']);
    slow.socket.resume();
    expect((await slow.end(10_000)).code).toBe(1013);
    expect(slow.messages.length).toBeLessThan(100);
    expect(await hasLeft(to)).toMatchObject({ code: 1013 });
  });

  it('with 1008 when its session ends, also one that a message has signed in', async () => {
    const carol = await skep.signUpUser();
    const [first, second, other] = [await join({ user: carol }), await joinOpen(), await join()];
    await second.id();
    await second.ask({ type: 'say', text: 'hi', token: carol.access });
    await skep.http('POST', '/v1/auth/logout', { body: { refresh_token: carol.refresh } });
    expect([(await first.end(5_000)).code, (await second.end(5_000)).code]).toEqual([1008, 1008]);
    expect(other.closed).toBeUndefined();
  });

  it('with 1012 at SIGTERM, after its messages are answered, and its service knows it', async () => {
    const gateway = await skep.startGateway();
    const client = await join({ gateway: gateway.url });
    const id = await client.id();
    for (let i = 0; i < 3; i++) client.send({ type: 'say', text: String(i), pause_ms: 300 });
    await sleep(50);
    await gateway.stop();
    expect((await client.end()).code).toBe(1012);
    expect(client.messages.slice(1).map(({ text }) => text)).toEqual(['0', '1', '2']);
    expect(await left(id)).toMatchObject([{ code: 1012 }]);
  });

  it('with its gateway when that is killed: services learn it, and the client finds another one', async () => {
    const gateway: GatewayProcess = await skep.startGateway();
    const [here, there] = [await join(), await join({ gateway: gateway.url })];
    const to = await there.id();
    await here.id();
    await gateway.kill();
    expect((await there.end()).code).toBe(1006);
    expect(await here.ask({ type: 'tell', to })).toEqual({ type: 'told', is_open: false });
    expect(await (await join()).id()).not.toBe(to);
  });
});

describe('the documents of an API with sockets', () => {
  const document = JSON.parse(JSON.stringify(openApi(parrots))) as {
    paths: Record<
      string,
      { get: { parameters?: { name: string }[]; responses: Record<string, { description: string }>; 'x-messages': object } }
    >;
    components: { schemas: object };
  };

  it('describe the handshake, the messages and the close codes, and pass the linter', async () => {
    const { responses, 'x-messages': messages } = document.paths['/parrots']!.get;
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['101', '401', '403', '403', '426', '429', '503']));
    expect(responses['101']!.description).toMatch(/`say` \(Say\): Repeat words.*1013/);
    expect(messages).toMatchObject({ say: { title: 'Say', required: ['text'] } });
    expect(Object.keys(document.components.schemas)).toEqual(expect.arrayContaining(['Said', 'Told', 'Welcome', 'SocketError']));
    expect(document.paths['/parrots/open']!.get.parameters!.map(({ name }) => name)).toEqual(['name', 'token']);
    const config = await createConfig({ extends: ['recommended'], rules: { 'operation-2xx-response': 'off' } });
    expect(await lintFromString({ source: JSON.stringify(document), absoluteRef: 'parrots.json', config })).toEqual([]);
  });

  it('have a row for each socket in the matrix', () => {
    expect(renderMatrix(parrots)).toContain('| `GET /parrots` | a user with `billing:read` |');
  });
});
