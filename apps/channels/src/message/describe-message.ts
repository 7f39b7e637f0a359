import type { InboxMessage, ShownMessage } from '@skep/contracts/channels';
import type { ChatMessageEntity } from './chat-message.entity.js';
import type { ChatSessionEntity } from '../session/chat-session.entity.js';

/** What lists read of a message: all but what its answer needs. */
export type ListedMessage = Omit<ChatMessageEntity, 'answer_with' | 'session' | 'bridge_id'>;

/** What its person sees of a message. */
export const toInboxMessage = (row: ListedMessage, now = Date.now()): InboxMessage => ({
  ...{ id: row.id, session_id: row.session_id, channel: row.channel, direction: row.direction, content: row.content },
  ...{ sender_id: row.sender_id, sender_name: row.sender_name, reply_to_id: row.reply_to_id, unread: row.unread },
  ...{ status: row.status, error: row.error, created_at: row.created_at },
  sender: row.sender_name ?? row.sender_id,
  channel_message_id: row.vendor_id,
  timestamp: ageOf(row.created_at, now),
  metadata: { status: row.status },
});

/** What the streams of its person get of a message. */
export const toShownMessage = (row: ListedMessage, { conversation_id }: Pick<ChatSessionEntity, 'conversation_id'>): ShownMessage => ({
  ...toInboxMessage(row),
  conversation_id,
});

const UNITS: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago a time was, in words. */
export function ageOf(at: Date, now: number): string {
  const seconds = Math.max(0, (now - at.getTime()) / 1_000);
  const [name, length] = UNITS.find(([, unit]) => seconds >= unit) ?? [];
  if (!name || !length) return 'just now';
  const count = Math.floor(seconds / length);
  return `${count} ${name}${count === 1 ? '' : 's'} ago`;
}
