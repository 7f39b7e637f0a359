import { TenantId } from '../auth/credentials.js';
import { Empty, IDS } from '../common.js';
import { broadcast, event, operation } from '../define.js';
import { Bool, Json, Nullable, OneOf, Shape, Text } from '../fields.js';
import { bridgeDocs } from './bridge.js';
import { chatDocs, InboxMessage } from './inbox.js';

/** What a stream of a person's channels shows. */
export const ACTIVITIES = ['new_message', 'session_update', 'channel_status'] as const;
export type Activity = (typeof ACTIVITIES)[number];

class OfPerson {
  @TenantId({ description: 'Tenant of the user.' }) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
}

@Shape('A message of a chat on another network came or was sent.')
export class MessageNoted extends OfPerson {
  @Text(chatDocs.message) message_id!: string;
  @Text(chatDocs.session) session_id!: string;
  @Text(bridgeDocs.channel) channel!: string;
  @Bool({ description: 'Whether the agent answers its sender.' }) is_admitted!: boolean;
}

@Shape('A message that has just come, or is sent.')
export class ShownMessage extends InboxMessage {
  @Nullable() @Text({ description: 'The conversation of its session; null before the first answer.' }) conversation_id!: string | null;
}

@Shape('Something that a stream of a person shows.')
export class ChannelActivity extends OfPerson {
  @OneOf(ACTIVITIES, { description: 'What happened.' }) type!: Activity;
  @Json({
    bytes: Infinity,
    description: 'The message (`ShownMessage`), the session (`ChatSession`), or the state of the channel (`BridgeState`).',
  })
  data!: object;
}

export const activityMembers = {
  followChannels: operation('Follow your channels', {
    description: 'What happens from now on. Nothing of it is kept: after a pause, read the lists again.',
    input: Empty,
    output: Empty,
    scope: 'agent:use',
  }),
  messageReceived: event(MessageNoted),
  messageSent: event(MessageNoted),
  channelActivity: broadcast(ChannelActivity),
};
