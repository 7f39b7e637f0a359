import { Aggregate, keep } from '@skep/platform';
import { GmailMessageEntity } from './gmail-message.entity.js';
import { GoogleTokens } from './google-tokens.js';
import { MailboxHandlers } from './mailbox.handlers.js';
import { ReceiveGmailPush } from './receive-gmail-push.js';

@Aggregate({
  entities: [GmailMessageEntity],
  handlers: [MailboxHandlers],
  providers: [GoogleTokens, ReceiveGmailPush],
  // Google repeats a message for seven days.
  retention: [keep(GmailMessageEntity, '8 days', { after: 'received_at' })],
  outgoing: ['the keys of Google'],
})
export class MailboxModule {}
