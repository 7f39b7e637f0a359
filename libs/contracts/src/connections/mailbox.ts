import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, Shape, Text } from '../fields.js';
import { BadRequest, NotConfigured, Unauthenticated } from '../problem.js';

@Shape('A message of Google Pub/Sub that a mailbox at Gmail has changed, unchanged.')
export class GmailPush {
  @Text({ max: 8_000, description: 'The OpenID Connect token with which Google signs the request, after `Bearer`.' }) token: string = '';
  @Text({ max: 100_000, description: 'The body in base64.' }) body!: string;
}

@Shape('The receipt of a message of Google Pub/Sub.')
export class GmailReceived {
  @Bool({ description: 'Always true.' }) received!: boolean;
}

@Shape('A mailbox that a user has connected has changed.')
export class MailboxChanged {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Text(IDS.app) app_id!: string;
  @Text({ description: 'Id of the connected account.', example: 'oa_5b2e' }) account_id!: string;
  @Text({ description: 'Provider of the mailbox.', example: 'google' }) provider!: string;
  @Text({ description: 'The position in the history of the mailbox, from which the app reads what has changed.', example: '9876543210' })
  history_id!: string;
}

export const mailboxMembers = {
  receiveGmailPush: operation('Gmail push', {
    description:
      'Called by Google Pub/Sub. Each user who has connected the mailbox gets the event `connections.mailbox_changed`, once for each message. Mailboxes that no one has connected get the same answer.',
    input: GmailPush,
    output: GmailReceived,
    problems: [BadRequest, Unauthenticated, NotConfigured],
    spansCalls: true,
  }),
  mailboxChanged: event(MailboxChanged),
};
