import { type AppProcess, waitUntil } from '@skep/testkit';
import { expect, it } from '@jest/globals';
import { someone, useChats } from './chats.js';

const chats = useChats({ started: false });

const MESSAGES = 8;

it('processes killed between receipt and answer: each message is one turn, and one reply or of unknown outcome', async () => {
  const { ada, infra, telegram } = chats;
  chats.model.says = 'An answer.';
  // Long enough that a process dies while some messages wait, some are answered and some are sent.
  chats.model.pauseMs = 50;
  let app = await infra.startApp('channels', { TELEGRAM_API_BASE: telegram.url });
  const bot = await chats.bot(ada);
  const people = [someone(), someone(), someone()];
  for (let n = 0; n < MESSAGES; n++) for (const from of people) bot.receive(from, `message ${n}`);
  const all = MESSAGES * people.length;
  const answered = async () =>
    Number((await chats.query(`select count(*)::int4 as n from chat_message where direction = 'outbound'`))[0]?.['n']);
  for (const enough of [1, all / 3, (2 * all) / 3]) {
    await waitUntil(`${enough} answers`, async () => (await answered()) >= enough, 60_000);
    app = await restart(app);
  }
  await waitUntil('all answers', async () => (await answered()) === all, 90_000);
  await chats.settle(60_000);
  const inbox = await chats.inbox(ada);
  for (const from of people) {
    const { session_id } = inbox.find(({ sender_id }) => sender_id === String(from))!;
    const of = inbox.filter((message) => message.session_id === session_id);
    const texts = Array.from({ length: MESSAGES }, (_, n) => `message ${n}`);
    expect(of.filter(({ direction }) => direction === 'inbound').map(({ content }) => content)).toEqual(texts);
    expect((await chats.said(ada, session_id)).filter((text) => text.startsWith('user'))).toEqual(texts.map((text) => `user: ${text}`));
    const out = of.filter(({ direction }) => direction === 'outbound');
    const sent = out.filter(({ status }) => status === 'sent').length;
    const unknown = out.filter(({ status }) => status === 'unknown').length;
    expect(sent + unknown).toBe(MESSAGES);
    // One whose outcome is unknown may have arrived.
    expect(bot.to(from).length).toBeGreaterThanOrEqual(sent);
    expect(bot.to(from).length).toBeLessThanOrEqual(sent + unknown);
  }
});

async function restart(app: AppProcess): Promise<AppProcess> {
  await app.kill('SIGKILL');
  return chats.infra.startApp('channels', { TELEGRAM_API_BASE: chats.telegram.url });
}
