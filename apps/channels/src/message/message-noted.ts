import type { MessageNoted } from '@skep/contracts/channels';
import type { ChatMessageEntity } from './chat-message.entity.js';

/** The event of a message. It has no text: events are kept when their person is erased. */
export const toMessageNoted = ({ id, tenant_id, user_id, session_id, channel }: ChatMessageEntity, is_admitted: boolean): MessageNoted => ({
  tenant_id,
  user_id,
  message_id: id,
  session_id,
  channel,
  is_admitted,
});
