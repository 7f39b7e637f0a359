import { operation } from '../define.js';
import { type FieldDocs, Instant, Int, List, Optional, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';
import { InboxMessageNotFound } from './inbox.js';

const docs = {
  channel: { description: 'The chat network.', example: 'whatsapp' },
  conversation_id: {
    description: 'The chat session of the message, or its conversation.',
    example: '3f6c2a0e-6d7e-4b9d-8a1f-0c9b7e5d3a21',
  },
  internal_message_id: { description: 'Id of the message here.', example: '7b0a4a52-2f0e-4c6c-9a53-5f7f0a8ed201' },
  external_message_id: { description: 'Id of the message in the network.', example: 'wamid.HBgLMTU1NTAxMDAxOTk' },
  sent_at: { description: 'When the network took it.', example: '2026-06-21T09:30:00Z' },
  kind: { description: 'What was sent.', example: 'text' },
} satisfies Record<string, FieldDocs>;

@Shape('What a message is called in its network.')
export class MessageReference {
  @Text({ min: 1, max: 50, ...docs.channel }) channel!: string;
  @Text({ min: 1, max: 200, ...docs.conversation_id }) conversation_id!: string;
  @Text({ min: 1, max: 200, ...docs.internal_message_id }) internal_message_id!: string;
  @Text({ min: 1, max: 500, ...docs.external_message_id }) external_message_id!: string;
  @Instant(docs.sent_at) sent_at!: Date;
  @Optional() @Text({ max: 50, ...docs.kind }) kind?: string;
}

@Shape('References to confirm: a list as the whole body, `references`, or the fields of a single one.')
export class ConfirmReferences {
  @Optional() @List(() => MessageReference, { max: 100, description: 'At most 100.' }) references?: MessageReference[];
  @Optional() @Text({ max: 50, ...docs.channel }) channel?: string;
  @Optional() @Text({ max: 200, ...docs.conversation_id }) conversation_id?: string;
  @Optional() @Text({ max: 200, ...docs.internal_message_id }) internal_message_id?: string;
  @Optional() @Text({ max: 500, ...docs.external_message_id }) external_message_id?: string;
  @Optional() @Instant(docs.sent_at) sent_at?: Date;
  @Optional() @Text({ max: 50, ...docs.kind }) kind?: string;
}

@Shape('How many references are stored.')
export class ConfirmedReferences {
  @Int({ description: 'Also those that were before.', example: 1 }) confirmed!: number;
}

export const ReferenceConflict = problem('message_reference_conflict', 409, 'This message has another id in its network.');

export const messageReferenceMembers = {
  confirmReferences: operation('Confirm what messages are called in their network (services only)', {
    description:
      'Says which id a chat network gave to a message that was sent, so that a later reply, receipt or reaction can be tied to it. All are stored, or none. An id that is stored does not change.',
    input: ConfirmReferences,
    output: ConfirmedReferences,
    problems: [InboxMessageNotFound, ReferenceConflict],
  }),
};
