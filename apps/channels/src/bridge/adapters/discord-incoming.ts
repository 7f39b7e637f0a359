import type { Incoming } from '../adapter.js';
import { listAt, textAt, valueAt } from './vendor-json.js';

const COMMAND = 2;
/** Tokens of interactions are valid for 15 minutes; the last one is for the way of a request. */
const TOKEN_MS = 14 * 60_000;
/** The time from which Discord counts the milliseconds in its ids. */
const EPOCH_MS = 1_420_070_400_000;

/** What answers one interaction. */
export interface AnswerWith {
  readonly application: string;
  readonly token: string;
  /** In milliseconds since 1970. */
  readonly until: number;
}

const nameOf = (user: unknown): string => textAt(user, 'global_name') || textAt(user, 'username') || textAt(user, 'id');

/** A slash command whose options have a text. */
export function commandOf(interaction: unknown): Incoming | undefined {
  if (valueAt(interaction, 'type') !== COMMAND) return undefined;
  const [message_id, token, channel] = [textAt(interaction, 'id'), textAt(interaction, 'token'), textAt(interaction, 'channel_id')];
  const isDirect = !textAt(interaction, 'guild_id');
  const user = valueAt(interaction, 'member', 'user') ?? valueAt(interaction, 'user');
  const text = listAt(interaction, 'data', 'options')
    .map((option) => textAt(option, 'value'))
    .filter(Boolean)
    .join(' ');
  if (!/^\d{1,20}$/.test(message_id) || !textAt(user, 'id') || !channel || !text) return undefined;
  const until = Number(BigInt(message_id) >> 22n) + EPOCH_MS + TOKEN_MS;
  const answer: AnswerWith = { application: textAt(interaction, 'application_id'), token, until };
  return {
    ...{ message_id, text, is_to_bot: true, answer_with: JSON.stringify(answer) },
    chat: {
      id: channel,
      type: isDirect ? 'direct' : 'group',
      name: isDirect ? nameOf(user) : textAt(interaction, 'channel', 'name') || channel,
    },
    sender: { id: textAt(user, 'id'), name: nameOf(user) },
  };
}

/** A message of a person; those of bots are none. */
export function messageOf(message: unknown, bot: string): Incoming | undefined {
  const [message_id, channel, author] = [textAt(message, 'id'), textAt(message, 'channel_id'), valueAt(message, 'author')];
  const isOfPerson = valueAt(author, 'bot') !== true && !textAt(message, 'webhook_id');
  const text = textAt(message, 'content').replaceAll(`<@${bot}>`, '').replaceAll(`<@!${bot}>`, '').trim();
  if (!message_id || !channel || !isOfPerson || !text) return undefined;
  const isDirect = !textAt(message, 'guild_id');
  const isMentioned = listAt(message, 'mentions').some((user) => textAt(user, 'id') === bot);
  const reply_to = textAt(message, 'message_reference', 'message_id');
  const isAnswer = textAt(message, 'referenced_message', 'author', 'id') === bot;
  return {
    ...{ message_id, text, is_to_bot: isDirect || isMentioned || isAnswer, ...(reply_to && { reply_to }) },
    chat: { id: channel, type: isDirect ? 'direct' : 'group', name: isDirect ? nameOf(author) : channel },
    sender: { id: textAt(author, 'id'), name: nameOf(author) },
  };
}
