import { IDS } from '../common.js';
import { TenantId } from '../auth/credentials.js';
import { operation } from '../define.js';
import { List, Nullable, OneOf, Optional, Shape, Text } from '../fields.js';
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

export const chatMembers = {
  injectChat: operation('Send a message to a user (services and apps)', {
    description:
      'The text becomes an event `chat_message`, and `refresh_panels` an event `panel_refresh`, of the event stream of the user. An app acts for a user who has it.',
    input: InjectChat,
    output: ChatInjected,
    problems: [AppNotInstalled],
    spansCalls: true,
  }),
};
