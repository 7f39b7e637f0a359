import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { Outbound } from '@skep/platform';
import { type DiscordBot, startDiscordBot, waitUntil } from '@skep/testkit';
import { type Delivery, Refused } from '../adapter.js';
import { DiscordAdapter } from './discord.js';

let discord: DiscordBot;
let adapter: DiscordAdapter;
const outbound = new Outbound('127.0.0.1/32');
beforeAll(async () => {
  discord = await startDiscordBot();
  adapter = new DiscordAdapter(discord.url, outbound);
});
beforeEach(() => {
  discord.gateway.forget();
  discord.callbacks.clear();
  Object.assign(discord.gateway, { identified: 0, resumed: 0, heartbeats: 0, heartbeatMs: 40_000, isAlive: true });
});
afterAll(async () => {
  await discord?.close();
  await outbound.close();
});

/** Listens until the test stops it. */
function listen(
  position?: string,
  store?: (delivery: Delivery) => Promise<void>,
  credentials: Record<string, string> = discord.credentials,
) {
  const stop = new AbortController();
  const listener = {
    heard: [] as Delivery['messages'][number][],
    position,
    ended: Promise.resolve<unknown>(undefined),
    stop: async () => {},
  };
  const keep = async (delivery: Delivery, next?: string) => {
    await store?.(delivery);
    listener.heard.push(...delivery.messages);
    listener.position = next ?? listener.position;
  };
  listener.ended = adapter.listen(credentials, position, keep, stop.signal).catch((error: unknown) => error);
  listener.stop = async () => {
    stop.abort();
    expect(await listener.ended).toBeUndefined();
    await waitUntil('the end of the socket', () => discord.gateway.sockets() === 0);
  };
  return listener;
}
type Listener = ReturnType<typeof listen>;
const ready = (listener: Listener) => waitUntil('the session', () => discord.gateway.sockets() === 1 && listener.position);
const say = (content: string, more?: object) => discord.gateway.dispatch('MESSAGE_CREATE', discord.message(content, more));
const heard = async (listener: Listener, ...texts: string[]) => {
  await waitUntil('the messages', () => listener.heard.length >= texts.length);
  expect(listener.heard.map(({ text }) => text)).toEqual(texts);
};

it('messages are direct ones, mentions, answers to the bot, and others', async () => {
  const listener = listen();
  await ready(listener);
  expect(discord.gateway.intents).toBe(4_608);
  say('hello');
  say('<@900> hi <@!900>', { guild_id: '101', mentions: [{ id: '900' }] });
  const answered = { message_reference: { message_id: '7' }, referenced_message: { author: { id: '900' } } };
  say('and then?', { guild_id: '101', ...answered });
  say('hi all', { guild_id: '101' });
  await heard(listener, 'hello', 'hi', 'and then?', 'hi all');
  expect(listener.heard.map(({ chat, is_to_bot, reply_to }) => [chat.type, is_to_bot, reply_to])).toEqual([
    ['direct', true, undefined],
    ['group', true, undefined],
    ['group', true, '7'],
    ['group', false, undefined],
  ]);
  await listener.stop();
});

it('messages of bots, and messages without a text, are ignored', async () => {
  const listener = listen();
  await ready(listener);
  say('I am a bot', { author: { id: '900', username: 'bee', bot: true } });
  say('news', { webhook_id: '5' });
  say('<@900>');
  discord.gateway.dispatch('MESSAGE_UPDATE', discord.message('edited'));
  say('hello');
  await heard(listener, 'hello');
  await listener.stop();
});

it('a slash command is acknowledged once it is stored', async () => {
  const listener = listen();
  await ready(listener);
  const command = discord.command('Do bees sleep?');
  discord.gateway.dispatch('INTERACTION_CREATE', command);
  await waitUntil('the acknowledgement', () => discord.callbacks.get(command.id) === 5);
  await heard(listener, 'Do bees sleep?');
  expect(listener.heard[0]?.answer_with).toContain(command.token);
  await listener.stop();
});

it('another listener resumes where the last one stored, so that no message is lost or comes twice', async () => {
  let isBroken = false;
  const first = listen(undefined, () => (isBroken ? Promise.reject(new Error('no database')) : Promise.resolve()));
  await ready(first);
  say('one');
  await heard(first, 'one');
  isBroken = true;
  say('two');
  expect(await first.ended).toMatchObject({ message: 'no database' });
  say('three');
  const second = listen(first.position);
  await heard(second, 'two', 'three');
  expect([discord.gateway.identified, discord.gateway.resumed]).toEqual([1, 1]);
  await second.stop();
});

it('Discord asks for another connection, which resumes the session', async () => {
  const listener = listen();
  await ready(listener);
  say('one');
  await heard(listener, 'one');
  discord.gateway.reconnect();
  await waitUntil('the second connection', () => discord.gateway.resumed === 1);
  say('two');
  await heard(listener, 'one', 'two');
  await listener.stop();
});

it('a session that Discord has forgotten is started again', async () => {
  const first = listen();
  await ready(first);
  await first.stop();
  discord.gateway.forget();
  const second = listen(first.position);
  await waitUntil('the new session', () => second.position !== first.position);
  say('hello');
  await heard(second, 'hello');
  expect(discord.gateway.identified).toBe(2);
  await second.stop();
});

it('a connection that breaks, or whose heartbeats nobody answers, is an error', async () => {
  const broken = listen();
  await ready(broken);
  discord.gateway.drop();
  expect(await broken.ended).toMatchObject({ code: 1006 });
  Object.assign(discord.gateway, { heartbeatMs: 50, isAlive: false });
  expect(await listen().ended).toMatchObject({ code: 1006 });
  expect(discord.gateway.heartbeats).toBeGreaterThan(0);
});

it('heartbeats that are answered keep a connection', async () => {
  // Long enough for an answer on a busy machine.
  discord.gateway.heartbeatMs = 2_000;
  const listener = listen();
  await waitUntil('two heartbeats', () => discord.gateway.heartbeats >= 2);
  say('hello');
  await heard(listener, 'hello');
  await listener.stop();
});

it('a bot that Discord does not accept, or whose intents are not allowed, is refused', async () => {
  expect(await listen(undefined, undefined, { bot_token: 'x' }).ended).toBeInstanceOf(Refused);
  const listener = listen();
  await ready(listener);
  discord.gateway.drop(4014);
  expect(await listener.ended).toBeInstanceOf(Refused);
});

it('the gateway is not opened at an address on the inside that Discord names', async () => {
  const strict = new Outbound('');
  const inside = new DiscordAdapter(discord.url, strict);
  const { signal } = new AbortController();
  await expect(inside.listen(discord.credentials, undefined, async () => undefined, signal)).rejects.toThrow('is not a public address');
  await strict.close();
});
