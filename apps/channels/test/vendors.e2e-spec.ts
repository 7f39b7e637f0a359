import { channels, InvalidVendorSignature, type SetUpBridge } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import {
  asAnonymous,
  codeOf,
  codesOf,
  type DiscordBot,
  problemOf,
  type SlackWorkspace,
  startDiscordBot,
  startSlackWorkspace,
  startWhatsAppCloud,
  type VendorRequestOut,
  waitUntil,
  type WhatsAppCloud,
} from '@skep/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { useChats } from './chats.js';

const chats = useChats();
let whatsapp: WhatsAppCloud;
let slack: SlackWorkspace;
let discord: DiscordBot;

beforeAll(async () => {
  [whatsapp, slack, discord] = await Promise.all([startWhatsAppCloud(), startSlackWorkspace(), startDiscordBot()]);
  const addresses = { WHATSAPP_API_BASE: whatsapp.url, SLACK_API_BASE: slack.url, DISCORD_API_BASE: discord.url };
  await chats.restart({ ...addresses, SKEP_OUTBOUND_ALLOW: '127.0.0.1/32' });
  chats.model.says = 'At night.';
});
afterEach(() => {
  for (const vendor of [whatsapp, slack, discord]) {
    vendor.mood = undefined;
    vendor.sent.length = 0;
  }
});
afterAll(() => Promise.all([whatsapp?.close(), slack?.close(), discord?.close()]));

const setUp = (owner: Ctx, channel: string, credentials: Record<string, string>, more: Partial<SetUpBridge> = {}) =>
  chats.call(channels.setUpBridge, owner, { channel, credentials, dm_policy: 'open', enabled: true, ...more });

/** Delivers a request at the address that the person gave to their vendor. */
async function deliver(owner: Ctx, channel: string, { body, ...request }: VendorRequestOut) {
  const { receive_url } = await chats.call(channels.getBridge, owner, { channel });
  const slug = receive_url?.split('/').at(-1) ?? '';
  return chats.call(channels.receiveFromVendor, asAnonymous(), { slug, ...request, body: body.toString('base64') });
}
const sent = (vendor: { sent: unknown[] }, count = 1) => waitUntil(`${count} answers`, () => vendor.sent.length >= count && vendor.sent);
const statuses = async (owner: Ctx) =>
  (await chats.inbox(owner)).filter(({ direction }) => direction === 'outbound').map(({ status }) => status);

describe('WhatsApp', () => {
  it('brings messages, which are answered in their chats, and reports that the answers were read', async () => {
    const { ada } = chats;
    await setUp(ada, 'whatsapp', whatsapp.credentials);
    const verified = await deliver(ada, 'whatsapp', whatsapp.verification('verify-1'));
    expect(verified).toMatchObject({ status_code: 200, body: '1158201444', headers: { 'content-type': 'text/plain' } });
    const request = whatsapp.request([whatsapp.message('15550001', 'When do bees sleep?'), whatsapp.message('15550002', 'And wasps?')]);
    // Meta delivers again what was not acknowledged in time.
    await Promise.all([deliver(ada, 'whatsapp', request), deliver(ada, 'whatsapp', request)]);
    await sent(whatsapp, 2);
    expect(whatsapp.sent.map(({ to, text }) => [to, text]).sort()).toEqual([
      ['15550001', 'At night.'],
      ['15550002', 'At night.'],
    ]);
    await waitUntil('the answers', async () => (await statuses(ada)).every((status) => status === 'sent'));
    const read = whatsapp.sent.map(({ id }) => whatsapp.status(id, 'read'));
    await deliver(ada, 'whatsapp', whatsapp.request([], read));
    expect(await statuses(ada)).toEqual(['read', 'read']);
    expect(whatsapp.sent).toHaveLength(2);
  });

  it('without a signature brings nothing', async () => {
    const { ada } = chats;
    const before = (await chats.inbox(ada)).length;
    const request = whatsapp.request([whatsapp.message('15550001', 'Forged')]);
    const forged = { ...request, headers: { ...request.headers, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` } };
    expect(await codeOf(deliver(ada, 'whatsapp', forged))).toBe(InvalidVendorSignature.code);
    expect(await codeOf(deliver(ada, 'whatsapp', whatsapp.sign('no JSON')))).toBe('invalid_input');
    expect(await chats.inbox(ada)).toHaveLength(before);
  });

  it('with wrong credentials is not set up', async () => {
    const refused = await problemOf(setUp(chats.bob, 'whatsapp', { ...whatsapp.credentials, access_token: 'x' }));
    expect(refused.body).toMatchObject({ code: 'invalid_input', detail: [{ loc: ['credentials', 'access_token'] }] });
    const { access_token } = whatsapp.credentials;
    expect(await codesOf([setUp(chats.bob, 'whatsapp', { access_token }), deliver(chats.bob, 'whatsapp', whatsapp.sign('{}'))])).toEqual([
      'invalid_input',
      'channel_not_found',
    ]);
  });

  it('that may have sent an answer is not given it again', async () => {
    const { ada } = chats;
    whatsapp.mood = 'failing';
    await deliver(ada, 'whatsapp', whatsapp.request([whatsapp.message('15550003', 'Hello?')]));
    await waitUntil('the outcome', async () => (await statuses(ada)).includes('unknown'));
    expect(whatsapp.sent).toHaveLength(1);
  });
});

describe('Slack', () => {
  const mention = { type: 'app_mention', channel: 'C1', channel_type: 'channel' };

  it('brings mentions by requests, which are answered in their threads, and each thread is a conversation', async () => {
    const { ada } = chats;
    await setUp(ada, 'slack', slack.credentials);
    const first = slack.request(slack.message('<@U0BEE> When do bees sleep?', { ...mention, ts: '17.01' }));
    // Slack tries again if it waited for more than three seconds.
    await Promise.all([deliver(ada, 'slack', first), deliver(ada, 'slack', first)]);
    await deliver(ada, 'slack', slack.request(slack.message('<@U0BEE> And wasps?', { ...mention, ts: '17.02' })));
    await deliver(ada, 'slack', slack.request(slack.message('Talking to others', { ...mention, type: 'message' })));
    await sent(slack, 2);
    const threads = slack.sent.map(({ channel, thread_ts, text }) => [channel, thread_ts, text]);
    expect(threads.sort()).toEqual([
      ['C1', '17.01', 'At night.'],
      ['C1', '17.02', 'At night.'],
    ]);
    await deliver(ada, 'slack', slack.request(slack.message('<@U0BEE> Sure?', { ...mention, thread_ts: '17.01' })));
    await sent(slack, 3);
    const questions = (await chats.inbox(ada)).filter(({ channel, content }) => channel === 'slack' && content === 'Sure?');
    expect(await chats.said(ada, questions[0]!.session_id)).toEqual([
      ...['user: When do bees sleep?', 'assistant: At night.', 'user: Sure?', 'assistant: At night.'],
    ]);
  });

  it('brings direct messages by a socket, and what was not acknowledged again', async () => {
    const { bob } = chats;
    const { bot_token } = slack.credentials;
    await setUp(bob, 'slack', { bot_token, app_token: slack.app_token });
    await waitUntil('the socket', () => slack.sockets() === 1);
    slack.deliver(slack.message('When do bees sleep?', { ts: '18.01' }));
    await sent(slack);
    expect(slack.sent[0]).toMatchObject({ channel: 'D1', text: 'At night.' });
    slack.breakSockets();
    slack.deliver(slack.message('When do bees sleep?', { ts: '18.01' }));
    slack.deliver(slack.message('And wasps?', { ts: '18.02' }));
    await sent(slack, 2);
    await waitUntil('the acknowledgements', () => slack.acknowledged.length === 3);
    const heard = (await chats.inbox(bob)).filter(({ direction }) => direction === 'inbound');
    expect(heard.map(({ content }) => content)).toEqual(['When do bees sleep?', 'And wasps?']);
    await chats.call(channels.stopBridge, bob, { channel: 'slack' });
    await waitUntil('the end of the socket', () => slack.sockets() === 0);
  });

  it('answers a channel that its person allows, in all of its threads', async () => {
    const { zoe } = chats;
    await setUp(zoe, 'slack', slack.credentials, { dm_policy: 'allowlist', allow: ['C1'] });
    await deliver(zoe, 'slack', slack.request(slack.message('<@U0BEE> Hello', { ...mention, channel: 'C2' })));
    await deliver(zoe, 'slack', slack.request(slack.message('<@U0BEE> Hello', mention)));
    await sent(slack);
    await chats.settle();
    expect(slack.sent.map(({ channel }) => channel)).toEqual(['C1']);
  });
});

describe('Discord', () => {
  it('brings slash commands by requests, which are answered through their tokens', async () => {
    const { ada } = chats;
    await setUp(ada, 'discord', discord.credentials);
    const command = discord.command('When do bees sleep?');
    const request = discord.request(command);
    expect(await deliver(ada, 'discord', request)).toMatchObject({ status_code: 200, body: '{"type":5}' });
    await deliver(ada, 'discord', request);
    await sent(discord);
    await chats.settle();
    expect(discord.sent).toEqual([expect.objectContaining({ to: `interaction:${command.token}`, content: 'At night.' })]);
    expect(await deliver(ada, 'discord', discord.sign('{"type":1}'))).toMatchObject({ body: '{"type":1}' });
    expect(await codeOf(deliver(ada, 'discord', { ...request, body: Buffer.from('{"type":1}') }))).toBe(InvalidVendorSignature.code);
  });

  it('brings mentions over the gateway, which are answered in their channels, also after its connection broke', async () => {
    await waitUntil('the session', () => discord.gateway.identified === 1);
    const mention = { guild_id: '101', channel_id: '202', mentions: [{ id: '900' }] };
    const message = discord.message('<@900> And wasps?', mention);
    discord.gateway.dispatch('MESSAGE_CREATE', message);
    await sent(discord);
    expect(discord.sent[0]).toMatchObject({ to: 'channel:202', content: 'At night.', reply_to: message.id });
    discord.gateway.drop();
    discord.gateway.dispatch('MESSAGE_CREATE', discord.message('<@900> And ants?', mention));
    await sent(discord, 2);
    expect([discord.gateway.identified, discord.gateway.resumed > 0]).toEqual([1, true]);
    expect(discord.sent.map(({ to }) => to)).toEqual(['channel:202', 'channel:202']);
  });
});
