import { UserNotFound } from '../auth/account.js';
import { IDS } from '../common.js';
import { TenantId } from '../auth/credentials.js';
import { operation } from '../define.js';
import { Json, List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
import { AppNotInstalled } from '../registry/index.js';

export const CHAT_TEXT_BYTES_MAX = 64 * 1024;

@Shape('A message of an app to a user, panels to refresh, or both.')
export class InjectChat {
  @Text({ min: 1, max: 64, ...IDS.app, description: 'Id of the app that says it.' }) ext_id!: string;
  @Text({ min: 1, max: 64, ...IDS.user, description: 'Id of the user; with `X-Acting-User`, of the acting user.' }) user_id!: string;
  @TenantId({ description: 'Tenant of the user.' }) tenant_id: string = 'default';
  @Text({
    max: CHAT_TEXT_BYTES_MAX,
    description: 'The message, at most 64 KiB. Empty: only panels are refreshed.',
    example: 'Your report is ready.',
  })
  text: string = '';
  @OneOf(['response', 'system', 'tool_result'], { description: 'What kind of message it is.', example: 'response' }) msg_type: string =
    'response';
  @Optional()
  @List('text', { max: 50, description: 'Ids of panels whose content has changed.', example: ['inbox'] })
  refresh_panels?: string[];
}

@Shape('What was sent to the user.')
export class ChatInjected {
  @Text({ description: 'Always `sent`.', example: 'sent' }) status!: string;
  @Nullable() @Text({ description: 'Id of the message; null without a text.', example: 'msg_5b2e' }) message_id!: string | null;
}

@Shape('A message to the hub of a user, in which all their apps speak to them.')
export class HubMessage {
  @Text({ min: 1, max: 64, ...IDS.user }) user_id!: string;
  @Text({ min: 1, max: CHAT_TEXT_BYTES_MAX, description: 'The message, at most 64 KiB.', example: 'Your report is ready.' })
  content!: string;
  @Json({ description: 'What clients should know about the message.', example: { report_id: 'r_17' } }) context: Record<string, unknown> =
    {};
}

@Shape('Where the message went.')
export class HubMessageSignaled {
  @OneOf(['signaled'], { description: 'Always `signaled`.' }) status!: string;
  @Text({ description: 'Where the hub is.', example: 'skep-hub' }) namespace!: string;
  @Text({ description: 'The hub of the user.', example: 'personal-imp_u_4f9a' }) workflow_id!: string;
  @Text({ description: 'Id of the message.', example: 'msg_5b2e' }) message_id!: string;
}

export const chatMembers = {
  sendHubMessage: operation('Send a message to the hub of a user', {
    description:
      'The message becomes an event `chat_message` of the event stream of a user of your tenant, which keeps it until they read it.',
    input: HubMessage,
    output: HubMessageSignaled,
    problems: [UserNotFound],
    scope: 'admin:users:write',
    spansCalls: true,
  }),
  injectChat: operation('Send a message to a user (services and apps)', {
    description:
      'The text becomes an event `chat_message`, and `refresh_panels` an event `panel_refresh`, of the event stream of the user. An app acts for a user who has it.',
    input: InjectChat,
    output: ChatInjected,
    problems: [AppNotInstalled],
    spansCalls: true,
  }),
};
