import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/**
 * How Telegram answers one request, if not well. `lost`: does it, and closes the connection; `denied`: 401; a number: that status, with
 * `retry_after` of a second for 429.
 */
export type TelegramMood = 'lost' | 'denied' | number;

interface Sent {
  chat_id: string;
  text: string;
  message_id: number;
  reply_parameters?: { message_id: number };
}

/** The Bot API of Telegram on loopback. Each bot has the token of a test. */
export interface Telegram {
  url: string;
  /** The messages of a bot, oldest first. */
  sent(token: string): Sent[];
  /** The texts that a bot sent to a chat. */
  to(token: string, chat: number): string[];
  /** A contact writes to a bot. A negative chat is a group. Returns the id of the message. */
  receive(token: string, from: number, text: string, more?: { chat?: number; name?: string; entities?: object[] }): number;
  /** Delivers what a bot has got last again, under a new number. */
  repeat(token: string): void;
  /** Delivers what waits in the reverse order. */
  reversed: boolean;
  /** What becomes of the next requests of a method. */
  moods: Record<string, TelegramMood[]>;
  /** How often each method was called. */
  asked: Record<string, number>;
  /** Whether a poll waits at this moment. */
  isPolled(token: string): boolean;
  /** The most polls that waited at once. */
  polledAtOnce(token: string): number;
  close(): Promise<void>;
}

interface Update {
  update_id: number;
  message: object;
}
interface Bot {
  sent: Sent[];
  updates: Update[];
  polls: Set<() => void>;
  mostPolls: number;
}

const BOT_ID = 77;
const POLL_MS = 1_000;

export async function startTelegram(): Promise<Telegram> {
  const bots = new Map<string, Bot>();
  let number = 1_000;
  const botOf = (token: string): Bot => {
    const bot = bots.get(token) ?? { sent: [], updates: [], polls: new Set(), mostPolls: 0 };
    bots.set(token, bot);
    return bot;
  };
  const push = (bot: Bot, message: object) => {
    bot.updates.push({ update_id: ++number, message });
    for (const wake of bot.polls) wake();
  };

  const methods: Record<string, (bot: Bot, input: Record<string, unknown>, response: ServerResponse) => Promise<unknown>> = {
    getMe: () => Promise.resolve({ id: BOT_ID, is_bot: true, first_name: 'Bee', username: 'bee_bot' }),
    sendMessage: (bot, input) => {
      const message = { ...(input as unknown as Sent), chat_id: String(input['chat_id']), message_id: ++number };
      bot.sent.push(message);
      return Promise.resolve({ message_id: message.message_id });
    },
    getUpdates: async (bot, { offset = 0 }, response) => {
      const due = () => bot.updates.filter(({ update_id }) => update_id >= Number(offset));
      bot.updates = due();
      if (!due().length) await waitForUpdate(bot, response);
      return self.reversed ? due().reverse() : due();
    },
  };
  const server = createServer((request, response) => void answer(request, response));
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const [, token = '', method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const input = JSON.parse((await text(request)) || '{}') as Record<string, unknown>;
    self.asked[method] = (self.asked[method] ?? 0) + 1;
    const mood = self.moods[method]?.shift();
    const send = (status: number, body: object) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const bot = bots.get(token);
    if (!bot || mood === 'denied') return send(401, { ok: false, error_code: 401, description: 'Unauthorized' });
    if (typeof mood === 'number')
      return send(mood, {
        ...{ ok: false, error_code: mood, description: `Status ${mood}` },
        ...(mood === 429 && { parameters: { retry_after: 1 } }),
      });
    const result = await methods[method]?.(bot, input, response);
    if (mood === 'lost') return void response.destroy();
    send(200, { ok: true, result });
  };
  const waitForUpdate = (bot: Bot, response: ServerResponse) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        bot.polls.delete(done);
        resolve();
      };
      const timer = setTimeout(done, POLL_MS);
      bot.polls.add(done);
      bot.mostPolls = Math.max(bot.mostPolls, bot.polls.size);
      response.once('close', done);
    });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: Telegram = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent: (token) => botOf(token).sent,
    to: (token, chat) =>
      botOf(token)
        .sent.filter(({ chat_id }) => chat_id === String(chat))
        .map((message) => message.text),
    receive: (token, from, said, { chat = from, name = 'Gus', entities } = {}) => {
      const message_id = ++number;
      push(botOf(token), {
        ...{ message_id, date: Math.floor(Date.now() / 1_000), text: said, ...(entities && { entities }) },
        from: { id: from, is_bot: false, first_name: name },
        chat: chat < 0 ? { id: chat, type: 'group', title: 'Friends' } : { id: chat, type: 'private', first_name: name },
      });
      return message_id;
    },
    repeat: (token) => push(botOf(token), botOf(token).updates.at(-1)!.message),
    reversed: false,
    moods: {},
    asked: {},
    isPolled: (token) => botOf(token).polls.size > 0,
    polledAtOnce: (token) => botOf(token).mostPolls,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return self;
}
