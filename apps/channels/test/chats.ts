import { agent } from '@skep/contracts/agent';
import { channels, type InboxMessage, type SetUpBridge } from '@skep/contracts/channels';
import type { Ctx } from '@skep/platform';
import { type LanguageModel, languageModel, startModels, startTelegram, type Telegram, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll } from '@jest/globals';
import { type ChannelsHarness, openChannels } from './channels.js';

/** A bot of a person. */
export interface TestBot {
  token: string;
  owner: Ctx;
  /** A contact writes to it. Returns the id of the message at Telegram. */
  receive: (from: number, text: string, more?: Parameters<Telegram['receive']>[3]) => number;
  /** The texts that it has sent to a chat. */
  to: (chat: number) => string[];
}

/** Channels beside an agent that asks a model on loopback, and Telegram on loopback. */
export interface ChatsHarness extends ChannelsHarness {
  telegram: Telegram;
  model: LanguageModel;
  /** Sets up a new bot of a person, which runs. */
  bot(owner: Ctx, more?: Partial<SetUpBridge>): Promise<TestBot>;
  /** The messages of a person's chats, the oldest first. */
  inbox(owner: Ctx): Promise<InboxMessage[]>;
  /** Waits until a bot has sent so many messages to a chat. */
  answered(bot: TestBot, chat: number, count?: number): Promise<string[]>;
  /** What was said in the conversation of a session. */
  said(owner: Ctx, session_id: string): Promise<string[]>;
}

/** One set-up for the tests of a file. */
export function useChats(options: { started?: boolean } = {}): ChatsHarness {
  const used = {} as ChatsHarness;
  beforeAll(async () => void Object.assign(used, await openChats(options)));
  afterAll(() => (used as Partial<ChatsHarness>).close?.());
  return used;
}

let chat = 5_000;
/** A contact who has not written before. */
export const someone = (): number => ++chat;

let bots = 0;

async function openChats({ started = true }: { started?: boolean }): Promise<ChatsHarness> {
  const [telegram, model] = await Promise.all([startTelegram(), languageModel()]);
  const harness = await openChannels({ started, env: { TELEGRAM_API_BASE: telegram.url } });
  await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
  if (!started) await harness.infra.startApp('kernel');
  await harness.infra.startApp('agent');
  const inbox = async (owner: Ctx) => (await harness.call(channels.listInbox, owner, { limit: 100, offset: 0 })).messages.reverse();
  const to = (token: string) => (of: number) => telegram.to(token, of);
  return {
    ...harness,
    ...{ telegram, model, inbox },
    bot: async (owner, more = {}) => {
      const token = `${++bots}:test-token`;
      telegram.to(token, 0);
      await harness.call(channels.setUpBridge, owner, { channel: 'telegram', token, dm_policy: 'open', enabled: true, ...more });
      return { token, owner, to: to(token), receive: (from, text, options) => telegram.receive(token, from, text, options) };
    },
    answered: async (bot, of, count = 1) => {
      await waitUntil(`${count} messages to ${of}`, () => bot.to(of).length >= count, 30_000);
      return bot.to(of);
    },
    said: async (owner, session_id) => {
      const { session } = await harness.call(channels.getChatSession, owner, { session_id });
      const conversation = { conversation_id: session.conversation_id ?? '', limit: 100, offset: 0 };
      return (await harness.call(agent.listMessages, owner, conversation)).rows.map(({ role, content }) => `${role}: ${content}`);
    },
    close: async () => void (await Promise.all([harness.close(), telegram.close(), model.close()])),
  };
}
