import type { Incoming } from '../adapter.js';

export interface Bot {
  id: number;
  username: string;
}

interface User {
  id: number;
  is_bot?: boolean;
  first_name?: string;
  last_name?: string;
  username?: string;
}

interface Entity {
  type: string;
  offset: number;
  length: number;
  user?: User;
}

interface Message {
  message_id: number;
  text?: string;
  from?: User;
  chat: { id: number; type: string; title?: string };
  entities?: Entity[];
  reply_to_message?: { message_id: number; from?: User };
}

export interface Update {
  update_id: number;
  message?: Message;
}

/** What a contact wrote. Undefined for what is no text, and for what bots write. */
export function toIncoming({ message }: Update, bot: Bot): Incoming | undefined {
  if (!message?.text || !message.from || message.from.is_bot) return undefined;
  const { message_id, text, from, chat, reply_to_message: answered } = message;
  const name = nameOf(from);
  const isDirect = chat.type === 'private';
  return {
    message_id: String(message_id),
    chat: { id: String(chat.id), type: isDirect ? 'direct' : 'group', name: isDirect ? name : (chat.title ?? '') },
    sender: { id: String(from.id), name },
    text,
    is_to_bot: isDirect || answered?.from?.id === bot.id || namesBot(message, bot),
    ...(answered && { reply_to: String(answered.message_id) }),
  };
}

const nameOf = ({ first_name, last_name, username }: User): string => [first_name, last_name].filter(Boolean).join(' ') || (username ?? '');

/** Whether it mentions the bot, or is a command for it. Offsets count as JavaScript does. */
function namesBot({ text = '', entities = [] }: Message, bot: Bot): boolean {
  const name = `@${bot.username}`.toLowerCase();
  return entities.some(({ type, offset, length, user }) => {
    const part = text.slice(offset, offset + length).toLowerCase();
    if (type === 'text_mention') return user?.id === bot.id;
    return (type === 'mention' && part === name) || (type === 'bot_command' && part.endsWith(name));
  });
}
