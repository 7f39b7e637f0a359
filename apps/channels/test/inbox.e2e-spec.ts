import { channels } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { codeOf, codesOf, waitUntil } from '@skep/testkit';
import { beforeEach, expect, it } from '@jest/globals';
import { someone, type TestBot, useChats } from './chats.js';

const chats = useChats();

let bot: TestBot;
beforeEach(async () => {
  await chats.settle();
  await chats.query('delete from bridge');
  Object.assign(chats.telegram, { moods: {}, asked: {} });
  chats.model.says = 'An answer.';
  bot = await chats.bot(chats.ada);
});

const reply = (who: Ctx, session_id: string, content: string) => chats.call(channels.replyInInbox, who, { session_id, content });
const inboxOf = (who: Ctx, more: object = {}) => chats.call(channels.listInbox, who, { limit: 50, offset: 0, ...more });
const sessionsOf = (who: Ctx, more: object = {}) => chats.call(channels.listChatSessions, who, { limit: 50, offset: 0, ...more });

/** A contact writes and is answered. Returns what came. */
async function talk(text = 'Hello.') {
  const from = someone();
  bot.receive(from, text);
  await chats.answered(bot, from);
  await chats.settle();
  const message = (await chats.inbox(chats.ada)).find(({ sender_id }) => sender_id === String(from))!;
  return { from, message };
}

it('the inbox is filtered, paged and read', async () => {
  const { ada } = chats;
  const { message } = await talk('First.');
  const other = await talk('Second.');
  const all = await inboxOf(ada);
  expect([all.messages.map(({ content }) => content), all.total, all.unread_count]).toEqual([
    ...[['An answer.', 'Second.', 'An answer.', 'First.'], 4, 2],
  ]);
  expect((await inboxOf(ada, { limit: 1, offset: 3 })).messages).toMatchObject([{ content: 'First.' }]);
  expect((await inboxOf(ada, { unread: true })).messages).toHaveLength(2);
  expect((await inboxOf(ada, { channel: 'discord' })).messages).toEqual([]);
  const { created_at: _, ...same } = message;
  expect(await chats.call(channels.getInboxMessage, ada, { message_id: message.id })).toMatchObject({ ...same, timestamp: 'just now' });
  const mark = () => chats.call(channels.markInboxMessageRead, ada, { message_id: message.id });
  expect([await mark(), await mark()]).toEqual([{ marked_read: 1 }, { marked_read: 0 }]);
  expect(await chats.call(channels.markInboxRead, ada, { session_id: message.session_id })).toEqual({ marked_read: 0 });
  expect(await chats.call(channels.markInboxRead, ada, { session_id: other.message.session_id })).toEqual({ marked_read: 1 });
  expect((await inboxOf(ada, { unread: false })).messages).toHaveLength(4);
  expect((await inboxOf(ada)).unread_count).toBe(0);
  expect(await codesOf([inboxOf(ada, { limit: 0 }), inboxOf(ada, { limit: 101 }), inboxOf(ada, { offset: -1 })])).toEqual([
    ...['invalid_input', 'invalid_input', 'invalid_input'],
  ]);
});

it('a session is listed, shown, archived, and woken by the next message', async () => {
  const { ada } = chats;
  const { from, message } = await talk();
  const { session_id } = message;
  const { sessions } = await sessionsOf(ada, { channel: 'telegram', active: true });
  expect(sessions).toMatchObject([
    {
      ...{ id: session_id, channel: 'telegram', contact_id: String(from), contact_name: 'Gus', contact: 'Gus', chat_type: 'direct' },
      ...{ active: true, message_count: 2, messageCount: 2, last_message: 'An answer.', lastMessage: 'An answer.' },
    },
  ]);
  const shown = await chats.call(channels.getChatSession, ada, { session_id });
  expect([shown.session.conversation_id, shown.messages.map(({ content }) => content)]).toEqual([
    ...[expect.any(String), ['An answer.', 'Hello.']],
  ]);
  expect(await chats.call(channels.archiveChatSession, ada, { session_id })).toEqual({ status: 'archived', session_id });
  expect([(await sessionsOf(ada, { active: true })).sessions, (await sessionsOf(ada)).active_count]).toEqual([[], 0]);
  bot.receive(from, 'Again.');
  await chats.answered(bot, from, 2);
  expect((await sessionsOf(ada, { active: true })).sessions).toHaveLength(1);
  expect(await codesOf([sessionsOf(ada, { limit: 0 }), sessionsOf(ada, { offset: -1 })])).toEqual(['invalid_input', 'invalid_input']);
});

it('a reply goes to the chat of a session, by its id or by channel and contact', async () => {
  const { ada } = chats;
  const { from, message } = await talk();
  const done = await reply(ada, message.session_id, 'By id.');
  expect(done).toEqual({ success: true, message_id: expect.any(String), error: null });
  expect(await chats.call(channels.getInboxMessage, ada, { message_id: done.message_id! })).toMatchObject({
    status: 'sent',
    content: 'By id.',
  });
  expect((await reply(ada, `telegram:user:${from}`, 'By contact.')).success).toBe(true);
  expect(bot.to(from)).toEqual(['An answer.', 'By id.', 'By contact.']);
});

it('a reply in a group goes to the group', async () => {
  const group = -someone();
  bot.receive(someone(), '/ask@bee_bot', { chat: group, entities: [{ type: 'bot_command', offset: 0, length: 12 }] });
  await chats.answered(bot, group);
  expect((await reply(chats.ada, `telegram:group:${group}`, 'To all.')).success).toBe(true);
  expect(bot.to(group)).toEqual(['An answer.', 'To all.']);
});

it('a reply that cannot be sent says why, and sends nothing', async () => {
  const { ada } = chats;
  const { from, message } = await talk();
  const NOBODY = '00000000-0000-4000-8000-000000000000';
  for (const id of [NOBODY, 'nonsense', 'telegram:user:0', 'nosuch:user:1', `telegram:group:${from}`])
    expect(await reply(ada, id, 'x')).toEqual({ success: false, message_id: null, error: `Session not found: ${id}` });
  chats.telegram.moods['sendMessage'] = [403];
  expect(await reply(ada, message.session_id, 'Blocked.')).toMatchObject({ success: false, error: 'Telegram: Status 403' });
  expect(await reply(ada, message.session_id, ' \n')).toMatchObject({ success: false, error: 'The message is empty' });
  expect(await codesOf([reply(ada, '', 'x'), reply(ada, message.session_id, '')])).toEqual(['invalid_input', 'invalid_input']);
  expect(bot.to(from)).toEqual(['An answer.']);
});

it('a reply that is repeated under its key is sent once', async () => {
  const { from, message } = await talk();
  const again = { ...chats.ada, idempotencyKey: 'reply 1' };
  const answers = [await reply(again, message.session_id, 'Once.'), await reply(again, message.session_id, 'Once.')];
  expect(answers[0]).toEqual(answers[1]);
  expect(bot.to(from)).toEqual(['An answer.', 'Once.']);
});

it('messages and sessions of others are not there', async () => {
  const { from, message } = await talk();
  const { id: message_id, session_id } = message;
  for (const other of [chats.bob, chats.zoe]) {
    expect([(await inboxOf(other)).messages, (await sessionsOf(other)).sessions]).toEqual([[], []]);
    expect(await codeOf(chats.call(channels.getInboxMessage, other, { message_id }))).toBe('inbox_message_not_found');
    expect(
      await codesOf([
        chats.call(channels.getChatSession, other, { session_id }),
        chats.call(channels.archiveChatSession, other, { session_id }),
      ]),
    ).toEqual(['chat_session_not_found', 'chat_session_not_found']);
    expect(await chats.call(channels.markInboxMessageRead, other, { message_id })).toEqual({ marked_read: 0 });
    expect(await chats.call(channels.markInboxRead, other, {})).toEqual({ marked_read: 0 });
    for (const name of [session_id, `telegram:user:${from}`]) expect((await reply(other, name, 'sly')).success).toBe(false);
  }
  expect(bot.to(from)).toEqual(['An answer.']);
  expect((await inboxOf(chats.ada)).unread_count).toBe(1);
});

it('the messages of two people with a bot each are kept apart, also if the same contact writes to both', async () => {
  const other = await chats.bot(chats.zoe);
  const from = someone();
  bot.receive(from, 'To Ada.');
  other.receive(from, 'To Zoe.');
  await Promise.all([chats.answered(bot, from), chats.answered(other, from)]);
  await chats.settle();
  const textsOf = async (who: Ctx) => (await inboxOf(who)).messages.map(({ content }) => content);
  expect([await textsOf(chats.ada), await textsOf(chats.zoe)]).toEqual([
    ...[
      ['An answer.', 'To Ada.'],
      ['An answer.', 'To Zoe.'],
    ],
  ]);
});

it('a request to the address of a channel that delivers in another way is not found, as is an unknown one', async () => {
  const [row] = await chats.query('select slug from bridge');
  const receive = (slug: string) =>
    chats.call(channels.receiveFromVendor, chats.bob, { slug, method: 'POST', headers: {}, query: {}, body: '' });
  expect(await codesOf([receive(String(row?.['slug'])), receive('nosuch')])).toEqual(['channel_not_found', 'channel_not_found']);
});

it('the stream of a person shows messages, sessions and the state of channels', async () => {
  const shown: { user_id: string; type: string; data: Record<string, unknown> }[] = [];
  chats.bus.subscribe(channels.channelActivity, (activity) => void shown.push(activity as never));
  expect(await chats.call(channels.followChannels, chats.ada, {})).toEqual({});
  const { from } = await talk('Look.');
  await chats.call(channels.stopBridge, chats.ada, { channel: 'telegram' });
  await waitUntil('the state', () => shown.some(({ type }) => type === 'channel_status'));
  const of = (type: string) => shown.filter((one) => one.type === type).map(({ data }) => data);
  expect(of('new_message')).toMatchObject([
    ...[
      { content: 'Look.', direction: 'inbound', sender_id: String(from) },
      { content: 'An answer.', direction: 'outbound' },
    ],
  ]);
  expect(of('session_update').at(-1)).toMatchObject({ contact_id: String(from), message_count: 2 });
  expect(of('channel_status')).toMatchObject([{ channel: 'telegram', running: false }]);
  expect(new Set(shown.map(({ user_id }) => user_id))).toEqual(new Set([chats.ada.user]));
  expect(JSON.stringify(shown)).not.toContain('answer_with');
});
