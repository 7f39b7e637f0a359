import {
  type Json,
  languageModel,
  type LanguageModel,
  type Skep,
  startSkep,
  startTelegram,
  type Telegram,
  type TestUser,
  waitUntil,
} from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from './sockets/client.js';
import { Reader } from './streams/reader.js';

const TOKEN = '77:token-of-a-bot';
const GUS = 5_001;

let skep: Skep;
let model: LanguageModel;
let telegram: Telegram;
let ada: TestUser;
let bob: TestUser;

beforeAll(async () => {
  [model, telegram] = await Promise.all([languageModel(), startTelegram()]);
  const operator = { SKEP_LLM_PROVIDER: 'openai', SKEP_LLM_BASE_URL: `${model.url}/v1`, SKEP_LLM_MODEL: 'usual', SKEP_LLM_TIER: 'free' };
  skep = await startSkep({ env: { ...operator, TELEGRAM_API_BASE: telegram.url } });
  [ada, bob] = [await skep.signUpUser(), await skep.signUpUser()];
  model.says = 'In spring.';
  telegram.to(TOKEN, GUS);
});
afterAll(() => Promise.all([skep?.close(), model?.close(), telegram?.close()]));

const ask = async (method: string, path: string, body?: object, who = ada) =>
  skep.http(method, path, { token: who.access, ...(body && { body }) });
const answersTo = (chat: number, count: number) =>
  waitUntil(`${count} messages on the channel`, () => telegram.to(TOKEN, chat).length >= count, 30_000);
const messagesOf = async (who: TestUser) =>
  (await ask('GET', '/api/channels/inbox?limit=100', undefined, who)).json['messages'] as unknown as Json[];

describe('a chat on another network over HTTP', () => {
  it('is walked from the set-up over pairing to a reply, and nobody else sees any of it', async () => {
    const made = await ask('PUT', '/api/channels/telegram/', { token: TOKEN, enabled: true });
    expect(made).toMatchObject({ status: 200, json: { bot_name: 'bee_bot', dm_policy: 'pairing', running: true } });
    expect(made.text).not.toContain(TOKEN);
    const rule = { name: 'Chats', event_type: 'message.received', filters: { channel: 'telegram' }, action: 'log' };
    const noted = { ...rule, action_config: { message: '{{ payload.text }}' } };
    const { id: rule_id } = (await ask('POST', '/api/events/rules', noted)).json;

    telegram.receive(TOKEN, GUS, 'Let me in.');
    await answersTo(GUS, 1);
    const { pending } = (await ask('GET', '/api/pairing/pending')).json as unknown as { pending: { code: string }[] };
    expect(pending).toMatchObject([{ contact_id: String(GUS), contact_name: 'Gus', channel: 'telegram' }]);
    const [{ code } = { code: '' }] = pending;
    expect((await ask('POST', '/api/pairing/verify', { code }, bob)).status).toBe(404);
    expect((await ask('POST', '/api/pairing/verify', { code })).json).toMatchObject({ status: 'paired', contact_id: String(GUS) });

    const streams = await Promise.all([ada, bob].map((who) => Reader.open(`${skep.url}/api/channels/events`, who.access)));
    const sockets = await Promise.all([ada, bob].map((who) => Client.open(`${skep.url}/ws?token=${who.access}`)));
    telegram.receive(TOKEN, GUS, 'When do I sow beans?');
    await answersTo(GUS, 2);
    expect(telegram.to(TOKEN, GUS)[1]).toBe('In spring.');
    const [mine, others] = streams as [Reader, Reader];
    const of = (event: string) => mine.events.filter((one) => one.event === event);
    await waitUntil('both messages on the stream', () => of('new_message').length >= 2);
    expect(mine.events[0]).toMatchObject({ event: 'connected', data: { status: 'connected' } });
    expect(of('new_message')[0]).toMatchObject({ data: { content: 'When do I sow beans?', direction: 'inbound' } });
    const [socket, othersSocket] = sockets as [Client, Client];
    await waitUntil('the message on the socket', () => socket.messages.some(({ event }) => event === 'inbox.new'));
    expect(socket.messages.find(({ event }) => event === 'inbox.new')).toEqual({
      event: 'inbox.new',
      data: {
        ...{ channel: 'telegram', sender: 'Gus', preview: 'When do I sow beans?', conversation_id: '' },
        session_id: expect.any(String),
      },
    });
    // What the stranger wrote before starts nothing.
    await waitUntil('the rule', async () => Number((await ask('GET', `/api/events/rules/${String(rule_id)}`)).json['fire_count']) === 1);
    const { jobs } = (await ask('GET', `/api/events/rules/${String(rule_id)}/runs`)).json as unknown as { jobs: { event: object }[] };
    expect(jobs[0]!.event).toMatchObject({ type: 'message.received', data: { channel: 'telegram', text: 'When do I sow beans?' } });

    const inbox = await messagesOf(ada);
    expect(inbox).toHaveLength(4);
    const session_id = String(inbox[0]!['session_id']);
    const sent = await ask('POST', '/api/channels/inbox/reply', { session_id, content: 'This is Ada herself.' });
    expect(sent.json).toMatchObject({ success: true, error: null });
    expect(telegram.to(TOKEN, GUS)[2]).toBe('This is Ada herself.');
    expect((await ask('POST', `/api/channels/inbox/read?session_id=${session_id}`)).json).toEqual({ marked_read: 2 });

    expect([await messagesOf(bob), others.events.map(({ event }) => event), othersSocket.messages]).toEqual([[], ['connected'], []]);
    expect((await ask('GET', `/api/channels/sessions/${session_id}`, undefined, bob)).status).toBe(404);
    for (const reader of streams) reader.close();
    for (const client of sockets) client.close();
  });

  it('is not shown on a socket of its person who may not use agents', async () => {
    const [carl, dora] = [await skep.signUpUser(), await skep.signUpUser()];
    for (const [who, token] of [
      [carl, '88:token-of-carl'],
      [dora, '99:token-of-dora'],
    ] as const) {
      telegram.to(token, GUS);
      await ask('PUT', '/api/channels/telegram', { token, dm_policy: 'open', enabled: true }, who);
    }
    const admin = await skep.signInAdmin();
    const denied = { token: admin.access, body: { deny_scopes: ['agent:use'] } };
    expect((await skep.http('PATCH', `/v1/users/${carl.id}`, denied)).status).toBe(200);
    const { json } = await skep.http('POST', '/v1/auth/login', { body: { email: carl.email, password: carl.password } });
    const tokens = [String(json['access_token']), dora.access];
    const [mine, hers] = await Promise.all(tokens.map((token) => Client.open(`${skep.url}/ws?token=${token}`)));
    telegram.receive('88:token-of-carl', GUS, 'Hello, Carl.');
    const stored = () => skep.infra.query('channels', `select from chat_message where content = 'Hello, Carl.'`);
    await waitUntil('the message of Carl', async () => (await stored()).length);
    // What is shown comes in the order in which it happened.
    telegram.receive('99:token-of-dora', GUS, 'Hello, Dora.');
    const isShown = ({ messages }: Client) => messages.some(({ event }) => event === 'inbox.new');
    await waitUntil('the message of Dora on her socket', () => isShown(hers!));
    expect(isShown(mine!)).toBe(false);
    for (const client of [mine!, hers!]) client.close();
  });

  it('has problems that name what is wrong', async () => {
    expect(await ask('POST', '/api/channels/nosuch/start')).toMatchObject({ status: 404, json: { code: 'channel_not_found' } });
    const wrong = await ask('PUT', '/api/channels/telegram', { token: '1:unknown' }, bob);
    expect(wrong).toMatchObject({ status: 422, json: { detail: [{ loc: ['body', 'token'], msg: 'Telegram: Unauthorized' }] } });
    expect(await ask('GET', '/api/channels/inbox?limit=0')).toMatchObject({ status: 422, json: { detail: [{ loc: ['query', 'limit'] }] } });
    expect((await ask('GET', '/api/channels/nosuch/health')).json).toEqual({
      channel: 'nosuch',
      healthy: false,
      error: 'Channel not found',
    });
  });

  it('takes requests of networks at unguessable addresses only, of any method, media type and query', async () => {
    for (const method of ['GET', 'POST'])
      expect(
        await skep.http(method, '/api/channels/receive/nosuch?hub.mode=subscribe', method === 'POST' ? { raw: 'x' } : {}),
      ).toMatchObject({
        ...{ status: 404, json: { code: 'channel_not_found' } },
      });
    const large = await skep.http('POST', '/api/channels/receive/nosuch', { raw: Buffer.alloc(1_000_001) });
    expect(large).toMatchObject({ status: 413, json: { code: 'too_large' } });
  });
});
