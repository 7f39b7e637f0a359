import type { ChatSession } from '@skep/contracts/channels';
import type { ChatSessionEntity } from './chat-session.entity.js';

/** What its person sees of a session. */
export const toChatSession = (row: ChatSessionEntity): ChatSession => ({
  ...{ id: row.id, channel: row.channel, contact_id: row.contact_id, contact_name: row.contact_name, chat_type: row.chat_type },
  ...{ conversation_id: row.conversation_id, active: row.active, last_activity: row.last_activity },
  ...{ message_count: row.message_count, last_message: row.last_message },
  contact: row.contact_name ?? row.contact_id,
  lastActivity: row.last_activity,
  messageCount: row.message_count,
  lastMessage: row.last_message,
  metadata: {},
});
