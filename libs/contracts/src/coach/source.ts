import { IDS } from '../common.js';
import { event, operation } from '../define.js';
import { type FieldDocs, Instant, OneOf, Shape, Text } from '../fields.js';
import { problem } from '../problem.js';

/** Where people talk with the coach. */
export const SOURCES = ['intake', 'race_recommendation', 'check_in', 'board_reply'] as const;
export type Source = (typeof SOURCES)[number];

const docs = {
  source: { description: 'Where the person wrote it.', example: 'check_in' },
  message_id: { description: 'Id of the message.', example: 'src_5f0c2b7e9a1d4c3e8b6f' },
  at: { description: 'When it was written.' },
} satisfies Record<string, FieldDocs>;

/** The id that a client gives a message: the same one again is the same message. */
export const ClientMessageId = () =>
  Text({ min: 1, max: 200, description: 'Your id of the message. One that is repeated changes nothing.', example: '7c9e6679' });

@Shape('A person has written to the coach. The event has no words; `readSource` gives them.')
export class SourceWritten {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @OneOf(SOURCES, docs.source) source!: Source;
  @Text(docs.message_id) message_id!: string;
  @Instant(docs.at) at!: Date;
}

@Shape('Identifies what a person has written.')
export class SourceRef {
  @Text({ min: 1, max: 64, ...docs.message_id }) message_id!: string;
}

@Shape('What a person has written to the coach.')
export class SourceMessage {
  @Text(docs.message_id) id!: string;
  @OneOf(SOURCES, docs.source) source!: Source;
  @Text({ description: 'Their words.', example: 'Slept badly' }) text!: string;
  @Instant(docs.at) created_at!: Date;
}

export const SourceNotFound = problem('source_not_found', 404, 'Message not found.');

export const sourceMembers = {
  /** Internal: for services that consume `sourceWritten`, on behalf of its person. */
  readSource: operation('Read what a person has written to the coach', {
    input: SourceRef,
    output: SourceMessage,
    problems: [SourceNotFound],
  }),
  sourceWritten: event(SourceWritten),
};
