import { channels, type SetUpBridge } from '@skep/contracts/channels';
import { codeOf, codesOf, problemOf, waitUntil } from '@skep/testkit';
import type { Ctx } from '@skep/platform';
import { expect, it } from '@jest/globals';
import { someone, useChats } from './chats.js';

const chats = useChats();

const setUp = (who: Ctx, input: Partial<SetUpBridge>) => chats.call(channels.setUpBridge, who, { channel: 'telegram', ...input });
const telegramOf = async (who: Ctx) => {
  const { channels: all, status } = await chats.call(channels.listBridges, who, {});
  return { listed: all.find(({ name }) => name === 'telegram')!, state: status['telegram']! };
};

it('a channel is set up, read without credentials, and forgotten with its messages', async () => {
  const { ada } = chats;
  const bot = await chats.bot(ada);
  const gus = someone();
  bot.receive(gus, 'Hello.');
  await chats.answered(bot, gus);
  const bridge = await chats.call(channels.getBridge, ada, { channel: 'telegram' });
  expect(bridge).toEqual({
    ...{ channel: 'telegram', display_name: 'Telegram', enabled: true, running: true, healthy: true, bot_id: '77', bot_name: 'bee_bot' },
    ...{ credentials: ['token'], dm_policy: 'open', allow: [], mention_required: true, agent_id: null, receive_url: null },
  });
  expect(await chats.call(channels.deleteBridge, ada, { channel: 'telegram' })).toEqual({ status: 'deleted', channel: 'telegram' });
  expect(await chats.inbox(ada)).toEqual([]);
  expect(await codeOf(chats.call(channels.getBridge, ada, { channel: 'telegram' }))).toBe('channel_not_found');
});

it('the address of a channel cannot be guessed', async () => {
  for (const owner of [chats.ada, chats.bob]) await chats.bot(owner);
  const slugs = (await chats.query('select slug from bridge')).map(({ slug }) => String(slug));
  expect([slugs.length, new Set(slugs).size]).toEqual([2, 2]);
  for (const slug of slugs) expect(slug).toMatch(/^[0-9a-f]{48}$/);
  for (const owner of [chats.ada, chats.bob]) await chats.call(channels.deleteBridge, owner, { channel: 'telegram' });
});

it('credentials are sealed in the database', async () => {
  const { token } = await chats.bot(chats.ada);
  const [row] = await chats.query('select bridge::text as text, credentials from bridge');
  const { text, credentials } = row as { text: string; credentials: Buffer };
  expect([text.includes(token), text.includes(Buffer.from(token).toString('hex')), credentials.includes(token)]).toEqual([
    false,
    false,
    false,
  ]);
});

it('a channel that is not set up is listed as such, and neither works nor is there', async () => {
  const { bob } = chats;
  const { listed, state } = await telegramOf(bob);
  expect(listed).toEqual({
    ...{ name: 'telegram', display_name: 'Telegram', configured: false, enabled: false, running: false, healthy: false },
    message_count: 0,
  });
  expect(state).toMatchObject({ configured: false, healthy: false, running: false, last_start: null, last_error: null });
  expect(await chats.call(channels.getBridgeHealth, bob, { channel: 'telegram' })).toMatchObject({
    healthy: false,
    error: 'Channel not set up',
  });
  expect(await chats.call(channels.getBridgeHealth, bob, { channel: 'nosuch' })).toMatchObject({
    healthy: false,
    error: 'Channel not found',
  });
  const of = (channel: string) => [
    chats.call(channels.getBridge, bob, { channel }),
    chats.call(channels.startBridge, bob, { channel }),
    chats.call(channels.stopBridge, bob, { channel }),
    chats.call(channels.deleteBridge, bob, { channel }),
  ];
  expect(new Set(await codesOf([...of('telegram'), ...of('nosuch'), setUp(bob, { channel: 'nosuch', token: '1:x' })]))).toEqual(
    new Set(['channel_not_found']),
  );
  expect((await problemOf(chats.call(channels.startBridge, bob, { channel: 'nosuch' }))).message).toContain('nosuch');
});

it('a set-up with something missing, unknown or refused names its field', async () => {
  const { zoe } = chats;
  const faultsOf = async (input: Partial<SetUpBridge>) => {
    const { detail } = (await problemOf(setUp(zoe, input))).body;
    return (detail as { loc: string[] }[]).map(({ loc }) => loc.join('.'));
  };
  expect(await faultsOf({})).toEqual(['token']);
  expect(await faultsOf({ token: '1:unknown-to-telegram' })).toEqual(['token']);
  expect(await faultsOf({ credentials: { token: '1:unknown-to-telegram' } })).toEqual(['credentials.token']);
  expect(await faultsOf({ token: 'a/../b' })).toEqual(['token']);
  expect(await faultsOf({ credentials: { token: 7 } })).toEqual(['credentials.token']);
  expect(await faultsOf({ token: '1:x', credentials: { secret: 'x' } })).toEqual(['credentials.secret']);
  expect(await faultsOf({ dm_policy: 'none' as 'open' })).toEqual(['dm_policy']);
  expect(await faultsOf({ allow: Array.from({ length: 1_001 }, (_, i) => String(i)) })).toEqual(['allow']);
  expect((await telegramOf(zoe)).listed.configured).toBe(false);
});

it('a network that cannot be asked is another problem than wrong credentials', async () => {
  for (const mood of [500, 429]) {
    chats.telegram.to('1:busy', 0);
    chats.telegram.moods['getMe'] = [mood];
    expect(await codeOf(setUp(chats.zoe, { token: '1:busy' }))).toBe('channel_unreachable');
  }
});

it('what a second set-up leaves out stays', async () => {
  const { ada } = chats;
  await chats.bot(ada, { dm_policy: 'allowlist', allow: ['1', '2', '1'], mention_required: false, agent_id: 'helper' });
  const changed = await setUp(ada, { dm_policy: 'open' });
  expect(changed).toMatchObject({ dm_policy: 'open', allow: ['1', '2'], mention_required: false, agent_id: 'helper', running: true });
  expect(await setUp(ada, { agent_id: '', enabled: false })).toMatchObject({ agent_id: null, enabled: false, running: false });
});

it('a channel that is stopped takes no messages, and takes what came meanwhile once it is started', async () => {
  const { bob } = chats;
  const bot = await chats.bot(bob);
  await waitUntil('the listener', () => chats.telegram.isPolled(bot.token));
  await chats.call(channels.stopBridge, bob, { channel: 'telegram' });
  await waitUntil('the end of the listener', () => !chats.telegram.isPolled(bot.token));
  const gus = someone();
  bot.receive(gus, 'Hello.');
  expect((await telegramOf(bob)).listed).toMatchObject({ configured: true, enabled: true, running: false, healthy: false });
  expect((await telegramOf(bob)).state.last_stop).not.toBeNull();
  expect([await chats.inbox(bob), bot.to(gus)]).toEqual([[], []]);
  expect(await chats.call(channels.startBridge, bob, { channel: 'telegram' })).toEqual({ status: 'started', channel: 'telegram' });
  expect(await chats.answered(bot, gus)).toHaveLength(1);
});

it('a bot whose token is refused stops, and says so', async () => {
  const { bob } = chats;
  const bot = await chats.bot(bob);
  await waitUntil('the listener', () => chats.telegram.isPolled(bot.token));
  chats.telegram.moods['getUpdates'] = ['denied'];
  const { state } = await waitUntil('the channel to stop', async () => {
    const now = await telegramOf(bob);
    return now.listed.running ? undefined : now;
  });
  expect(state.last_error).toBe('Telegram: Unauthorized');
  expect(await chats.call(channels.getBridgeHealth, bob, { channel: 'telegram' })).toMatchObject({
    healthy: false,
    error: state.last_error,
  });
});

it('a listener that fails tries again, and another program with the same bot is named', async () => {
  const { bob } = chats;
  const bot = await chats.bot(bob);
  await waitUntil('the listener', () => chats.telegram.isPolled(bot.token));
  chats.telegram.moods['getUpdates'] = [409];
  await waitUntil('the error', async () => (await telegramOf(bob)).state.last_error === 'Telegram: Status 409');
  expect((await telegramOf(bob)).listed).toMatchObject({ running: true, healthy: false });
  chats.telegram.moods['getUpdates'] = [500, 429];
  const gus = someone();
  bot.receive(gus, 'Hello.');
  expect(await chats.answered(bot, gus)).toHaveLength(1);
  await waitUntil('health', async () => (await telegramOf(bob)).listed.healthy, 30_000);
});

it('one process listens to a bot, and another takes over', async () => {
  const { ada } = chats;
  const copy = await chats.startCopy();
  const bot = await chats.bot(ada);
  await waitUntil('the listener', () => chats.telegram.isPolled(bot.token));
  const senders = Array.from({ length: 5 }, someone);
  for (const from of senders) bot.receive(from, 'Hello.');
  for (const from of senders) expect(await chats.answered(bot, from)).toHaveLength(1);
  expect(chats.telegram.polledAtOnce(bot.token)).toBe(1);
  await chats.stop();
  const late = someone();
  bot.receive(late, 'Still there?');
  expect(await chats.answered(bot, late)).toHaveLength(1);
  await chats.restart();
  await copy.stop();
  const last = someone();
  bot.receive(last, 'And now?');
  expect(await chats.answered(bot, last)).toHaveLength(1);
});

it('channels of others are not there', async () => {
  const { ada, bob, zoe } = chats;
  await chats.bot(ada);
  await chats.call(channels.deleteBridge, bob, { channel: 'telegram' });
  for (const other of [bob, zoe]) {
    expect((await telegramOf(other)).listed.configured).toBe(false);
    expect(await codeOf(chats.call(channels.stopBridge, other, { channel: 'telegram' }))).toBe('channel_not_found');
  }
  expect((await telegramOf(ada)).listed.running).toBe(true);
});
