import { Empty, IDS } from '../common.js';
import { broadcast, operation } from '../define.js';
import { Instant, Int, Json, List, Nullable, Optional, Shape, Text } from '../fields.js';
import { TenantId } from '../auth/credentials.js';

@Shape('An event to publish. Its type is `<scope>.<action>`.')
export class PublishEvent {
  @TenantId() tenant_id: string = 'default';
  @Text({ max: 128, description: 'What the event is about, usually an app id.', example: 'notes' }) scope: string = '';
  @Text({ max: 128, description: 'What happened.', example: 'created' }) action: string = '';
  @Text({ max: 128, description: 'Id of the object that the event is about.', example: 'doc_5b2e' }) id: string = '';
  @Text({ max: 128, description: 'Who caused the event: a user id, or `system`.' }) actor: string = 'system';
  @Text({ max: 64, description: 'Who receives the event; empty for all users of the tenant.', example: 'imp_u_4f9a' }) user_id: string = '';
  @Optional() @Json({ bytes: Infinity, description: 'More about the event.', example: { title: 'Shopping' } }) data?: Record<
    string,
    unknown
  >;
}

@Shape('The receipt of a published event.')
export class EventPublished {
  @Text({ description: 'Id of the event.', example: '1043' }) event_id!: string;
  @Text({ description: 'Always `published`.', example: 'published' }) status!: string;
}

/** The scopes of Skep's own events: the part of the type before the dot. Every other scope is an app id. */
export const FEED_SCOPES = ['auth', 'automation', 'billing', 'confirmations', 'connections', 'developer', 'marketplace'] as const;
export type FeedScope = (typeof FEED_SCOPES)[number];

@Shape('An event of the feed.')
export class FeedEvent {
  @Int({ description: 'Number of the event: one more than the previous event of any tenant.' }) seq!: number;
  @Text(IDS.tenant) tenant_id!: string;
  @Nullable() @Text({ ...IDS.user, description: 'Who receives the event; null for all users of the tenant.' }) user_id!: string | null;
  @Text({ description: 'Type of the event.', example: 'notes.created' }) type!: string;
  @Json({ description: 'Content of the event.' }) payload!: Record<string, unknown>;
  @Instant({ description: 'When the event happened.' }) ts!: Date;
  @Nullable() @Text({ ...IDS.trace, description: 'The trace of what caused the event, if it is known.' }) trace_id!: string | null;
}

@Shape('Which events to read: all after `after`. With `user_id` and `tenant_id` only those that this user may see.')
export class ReadFeed {
  @Int({ min: 0, description: 'Number of the last event that was read.' }) after!: number;
  @Int({ min: 1, max: 1000, description: 'Maximum number of events.' }) limit: number = 500;
  @Optional() @Text({ max: 64, ...IDS.tenant }) tenant_id?: string;
  @Optional() @Text({ max: 64, ...IDS.user }) user_id?: string;
  @Optional()
  @List('text', { length: 257, description: 'Only events of one user whose type is one of these, with `.` for `:`.' })
  types?: string[];
}

@Shape('A part of the event feed.')
export class Feed {
  @List(() => FeedEvent, { max: 1000, description: 'The events, oldest first.' }) events!: FeedEvent[];
  @Int({ description: 'Number of the newest event.' }) head!: number;
  @Int({ description: 'Number of the oldest event that is kept. Events before it are lost to a reader that is behind.' }) oldest!: number;
  @Int({
    description: 'This answer contains all visible events up to this number. Continue here; less than `head` when there is more to read.',
  })
  upto!: number;
}

@Shape('The feed has new events.')
export class FeedAdvanced {
  @Int({ description: 'Number of the newest event.' }) head!: number;
}

@Shape('Statistics of the event feed.')
export class EventStats {
  @Int({ description: 'Number of events since the installation.', example: 1043 }) published_total!: number;
  @Int({ description: 'Events of the last hour.', example: 12 }) last_hour!: number;
  @Int({ description: 'Number of the newest event.', example: 1043 }) head!: number;
  @Json({ description: 'Events of the last hour by type.', example: { 'notes.created': 12 } }) by_type!: Record<string, number>;
}

export const feedMembers = {
  publishEvent: operation('Publish an event (services only)', {
    description: 'Sends an event to the event streams of one user, or of all users of a tenant.',
    input: PublishEvent,
    output: EventPublished,
  }),
  /** Internal: the gateway reads it for live delivery and for replay. */
  readFeed: operation('Read the event feed', { input: ReadFeed, output: Feed }),
  getEventStats: operation('Read statistics of events (services only)', {
    description: 'Counts the events of all tenants.',
    input: Empty,
    output: EventStats,
  }),
  feedAdvanced: broadcast(FeedAdvanced),
};
