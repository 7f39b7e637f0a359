import { channels } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { codeOf, codesOf, waitUntil } from '@skep/testkit';
import { beforeEach, expect, it } from '@jest/globals';
import { someone, type TestBot, useChats } from './chats.js';

const chats = useChats();

const pendingOf = async (who: Ctx) => (await chats.call(channels.listPairingCodes, who, {})).pending;
const verify = (who: Ctx, code: string) => chats.call(channels.verifyPairingCode, who, { code });
/** The code that a stranger gets who writes to a bot. */
async function codeFor(bot: TestBot, from: number): Promise<string> {
  bot.receive(from, 'Let me in.', { name: 'Ivy' });
  await chats.answered(bot, from);
  return (await pendingOf(bot.owner)).find(({ contact_id }) => contact_id === String(from))!.code;
}

let bot: TestBot;
beforeEach(async () => {
  await chats.settle();
  await chats.query('delete from bridge');
  chats.model.asked = [];
  chats.model.says = 'An answer.';
  bot = await chats.bot(chats.ada, { dm_policy: 'pairing' });
});

it('a stranger gets a code instead of an answer, once while it is valid, and is answered after it is verified', async () => {
  const { ada } = chats;
  const ivy = someone();
  const code = await codeFor(bot, ivy);
  expect(code).toMatch(/^[A-HJ-NP-Z2-9]{8}$/);
  expect(bot.to(ivy)[0]).toContain(code);
  expect(await pendingOf(ada)).toMatchObject([{ code, channel: 'telegram', contact_id: String(ivy), contact_name: 'Ivy' }]);
  bot.receive(ivy, 'Hello?');
  await waitUntil('the second message', async () => (await chats.inbox(ada)).some(({ content }) => content === 'Hello?'));
  await chats.settle();
  expect([bot.to(ivy).length, chats.model.asked.length]).toEqual([1, 0]);
  expect(await verify(ada, code.toLowerCase())).toEqual({
    ...{ status: 'paired', channel: 'telegram', contact_id: String(ivy), contact_name: 'Ivy' },
  });
  bot.receive(ivy, 'And now?');
  expect(await chats.answered(bot, ivy, 2)).toEqual([expect.any(String), 'An answer.']);
  expect(await pendingOf(ada)).toEqual([]);
  expect(await codeOf(verify(ada, code))).toBe('invalid_pairing_code');
});

it('a stranger whose code has expired gets another one, and the old one is worth nothing', async () => {
  const ivy = someone();
  const code = await codeFor(bot, ivy);
  await chats.query('update pairing_code set expires_at = now()');
  expect([await pendingOf(chats.ada), await codeOf(verify(chats.ada, code))]).toEqual([[], 'invalid_pairing_code']);
  bot.receive(ivy, 'Again.');
  await chats.answered(bot, ivy, 2);
  const [next] = await pendingOf(chats.ada);
  expect(next!.code).not.toBe(code);
  expect(await codeOf(verify(chats.ada, code))).toBe('invalid_pairing_code');
});

it('a code is revoked once, and works no more', async () => {
  const code = await codeFor(bot, someone());
  expect(await chats.call(channels.revokePairingCode, chats.ada, { code })).toEqual({ status: 'revoked' });
  expect(await codeOf(chats.call(channels.revokePairingCode, chats.ada, { code }))).toBe('pairing_code_not_found');
  expect(await codeOf(verify(chats.ada, code))).toBe('invalid_pairing_code');
});

it('nobody sees, verifies or revokes the code of another’s contact', async () => {
  const code = await codeFor(bot, someone());
  for (const other of [chats.bob, chats.zoe]) {
    expect(await pendingOf(other)).toEqual([]);
    expect(await codesOf([verify(other, code), chats.call(channels.revokePairingCode, other, { code })])).toEqual([
      ...['invalid_pairing_code', 'pairing_code_not_found'],
    ]);
  }
  expect(await pendingOf(chats.ada)).toHaveLength(1);
});

it('a code that is too short or too long is invalid', async () => {
  for (const code of ['ABCDE', 'A'.repeat(13)])
    expect(await codesOf([verify(chats.ada, code), chats.call(channels.revokePairingCode, chats.ada, { code })])).toEqual([
      ...['invalid_input', 'invalid_input'],
    ]);
});

it('only fifty strangers wait at once, and the others get nothing', async () => {
  const strangers = Array.from({ length: 52 }, someone);
  for (const from of strangers) bot.receive(from, 'Let me in.');
  await waitUntil(
    'all messages',
    async () => (await chats.query('select from chat_message where direction = $1', ['inbound'])).length === 52,
  );
  await chats.settle(60_000);
  expect(await pendingOf(chats.ada)).toHaveLength(50);
  expect(strangers.filter((from) => bot.to(from).length)).toHaveLength(50);
});

it('with an allow-list, others get neither an answer nor a code', async () => {
  const [known, other] = [someone(), someone()];
  bot = await chats.bot(chats.ada, { dm_policy: 'allowlist', allow: [String(known)] });
  bot.receive(other, 'Hello.');
  bot.receive(known, 'Hello.');
  expect(await chats.answered(bot, known)).toEqual(['An answer.']);
  await chats.settle();
  expect([bot.to(other), await pendingOf(chats.ada), chats.model.asked.length]).toEqual([[], [], 1]);
  expect((await chats.inbox(chats.ada)).filter(({ direction }) => direction === 'inbound')).toHaveLength(2);
});

it('in a group the bot answers who is known and speaks to it, in the group, and strangers get no code', async () => {
  const [known, other] = [someone(), someone()];
  const group = -someone();
  bot = await chats.bot(chats.ada, { dm_policy: 'pairing', allow: [String(known)] });
  const mention = { chat: group, entities: [{ type: 'mention', offset: 0, length: 8 }] };
  bot.receive(other, '@bee_bot let me in.', mention);
  bot.receive(known, 'Nice weather.', { chat: group });
  const id = bot.receive(known, '@bee_bot and tomorrow?', mention);
  expect(await chats.answered(bot, group)).toEqual(['An answer.']);
  await chats.settle();
  expect(chats.telegram.sent(bot.token)).toMatchObject([{ chat_id: String(group), reply_parameters: { message_id: id } }]);
  expect([await pendingOf(chats.ada), chats.model.asked.length]).toEqual([[], 1]);
  await chats.call(channels.setUpBridge, chats.ada, { channel: 'telegram', allow: [String(group)], mention_required: false });
  bot.receive(other, 'Nobody is named.', { chat: group });
  expect(await chats.answered(bot, group, 2)).toHaveLength(2);
});
