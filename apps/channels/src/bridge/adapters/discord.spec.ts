import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Outbound } from '@skep/platform';
import { type DiscordBot, startDiscordBot } from '@skep/testkit';
import { InvalidSignature, type Outgoing, Refused } from '../adapter.js';
import { DiscordAdapter } from './discord.js';

let discord: DiscordBot;
let adapter: DiscordAdapter;
const outbound = new Outbound('127.0.0.1/32');
const signal = new AbortController().signal;
const MESSAGE = { chat_id: '201', text: 'Yes.' };

beforeAll(async () => {
  discord = await startDiscordBot();
  adapter = new DiscordAdapter(discord.url, outbound);
});
afterEach(() => {
  jest.useRealTimers();
  discord.expired.clear();
  Object.assign(discord, { mood: undefined, sent: [] });
});
afterAll(async () => {
  await discord?.close();
  await outbound.close();
});
const send = (message: Outgoing = MESSAGE, until = signal) =>
  adapter.send(discord.credentials, message, until).catch((error: unknown) => error);

it('credentials are those of a bot; wrong ones are refused', async () => {
  expect(await adapter.identify(discord.credentials, signal)).toEqual({ id: '900', name: 'bee' });
  await expect(adapter.identify({ bot_token: 'x' }, signal)).rejects.toThrow(Refused);
});

describe('a message that is sent', () => {
  it('answers the one that it is for, and mentions nobody', async () => {
    const id = await send({ ...MESSAGE, reply_to: '555' });
    expect(discord.sent).toEqual([{ id, to: 'channel:201', content: 'Yes.', reply_to: '555', mentions: { parse: [] } }]);
  });

  it('is tried again when Discord says, and never if it is refused', async () => {
    discord.mood = 'limited';
    expect(await send()).toMatchObject({ retryAfterMs: 1_250 });
    discord.mood = 'refusing';
    const error = await send();
    expect(error).toBeInstanceOf(Refused);
    expect(error).toMatchObject({ message: 'Discord: Missing Access', retryAfterMs: undefined });
  });

  it('may have arrived if Discord fails, or gives no answer', async () => {
    discord.mood = 'failing';
    expect(await send()).not.toBeInstanceOf(Refused);
    discord.mood = 'silent';
    expect(await send(MESSAGE, AbortSignal.timeout(200))).not.toBeInstanceOf(Refused);
    expect(discord.sent).toHaveLength(2);
  });
});

describe('a slash command', () => {
  const read = (interaction: object) => adapter.read(discord.credentials, discord.request(interaction));
  const answerOf = (interaction: object) => JSON.parse(read(interaction).answer.body) as { type: number };

  it('brings the text of its option, and is answered later', () => {
    const command = discord.command('Do bees sleep?');
    const { delivery, answer } = read(command);
    expect([answer.status, answer.type, JSON.parse(answer.body)]).toEqual([200, 'application/json', { type: 5 }]);
    expect(delivery.messages).toEqual([
      {
        ...{ message_id: command.id, text: 'Do bees sleep?', is_to_bot: true, answer_with: expect.any(String) },
        ...{ chat: { id: '201', type: 'direct', name: 'Gus' }, sender: { id: '301', name: 'Gus' } },
      },
    ]);
    const of = { guild_id: '101', member: { user: { id: '302', username: 'hal' } }, user: undefined, channel: { name: 'garden' } };
    expect(read(discord.command('Hello', of)).delivery.messages[0]).toMatchObject({
      ...{ chat: { id: '201', type: 'group', name: 'garden' }, sender: { id: '302', name: 'hal' } },
    });
  });

  it('is answered through its token, and after 15 minutes by an ordinary message', async () => {
    const command = discord.command('Do bees sleep?');
    const { answer_with = '' } = read(command).delivery.messages[0] ?? {};
    const answer = { ...MESSAGE, reply_to: command.id, answer_with };
    await send(answer);
    discord.expired.add(command.token);
    await send(answer);
    discord.expired.clear();
    jest.useFakeTimers({ now: Date.now() + 15 * 60_000, doNotFake: ['nextTick', 'setImmediate', 'setTimeout', 'queueMicrotask'] });
    await send(answer);
    expect(discord.sent.map(({ to, reply_to }) => [to, reply_to])).toEqual([
      [`interaction:${command.token}`, undefined],
      ['channel:201', undefined],
      ['channel:201', undefined],
    ]);
  });

  it('that may have been answered is not answered once more', async () => {
    const { answer_with = '' } = read(discord.command('Do bees sleep?')).delivery.messages[0] ?? {};
    discord.mood = 'failing';
    expect(await send({ ...MESSAGE, answer_with })).not.toBeInstanceOf(Refused);
    expect(discord.sent).toHaveLength(1);
  });

  it('without a text says so, a ping gets a pong, and nothing else is a message', () => {
    expect(answerOf(discord.command('', { data: { id: '700', name: 'ask' } }))).toMatchObject({ type: 4, data: { flags: 64 } });
    expect(answerOf({ id: '1', type: 1 })).toEqual({ type: 1 });
    for (const odd of [{}, { type: 2, id: 'x' }, { type: 3, id: '1' }, { type: 2, data: [] }])
      expect(read(odd).delivery).toEqual({ messages: [], receipts: [] });
  });
});

describe('a request', () => {
  it('without the signature of Discord is refused, before it is read', async () => {
    const request = discord.request(discord.command('hello'));
    for (const signature of ['', '00', '0'.repeat(128)]) {
      const headers = { ...request.headers, 'x-signature-ed25519': signature };
      expect(() => adapter.read(discord.credentials, { ...request, headers })).toThrow(InvalidSignature);
    }
    expect(() => adapter.read(discord.credentials, { ...request, body: Buffer.from('x') })).toThrow(InvalidSignature);
    for (const public_key of [undefined, '', 'x'.repeat(64), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a'])
      expect(() => adapter.read({ ...discord.credentials, public_key: public_key ?? '' }, request)).toThrow(InvalidSignature);
    expect(() => adapter.read(discord.credentials, discord.sign('no JSON'))).toThrow('The body should be a JSON object');
  });

  it('that was signed more than five minutes ago is refused', () => {
    const now = Math.floor(Date.now() / 1_000);
    const ping = '{"type":1}';
    for (const at of [now - 310, now + 310])
      expect(() => adapter.read(discord.credentials, discord.sign(ping, at))).toThrow(InvalidSignature);
    expect(adapter.read(discord.credentials, discord.sign(ping, now - 290)).answer.status).toBe(200);
  });

  it('has a signature of RFC 8032, which Discord names', () => {
    const signature =
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00';
    const headers = { 'x-signature-ed25519': signature, 'x-signature-timestamp': '' };
    const public_key = '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c';
    const request = { method: 'POST' as const, headers, query: {}, body: Buffer.from('72', 'hex') };
    // Its signature is good; it has no time.
    expect(() => adapter.read({ ...discord.credentials, public_key }, request)).toThrow('X-Signature-Timestamp');
    expect(() => adapter.read({ ...discord.credentials, public_key }, { ...request, body: Buffer.from('73', 'hex') })).toThrow(
      'X-Signature-Ed25519',
    );
  });
});
