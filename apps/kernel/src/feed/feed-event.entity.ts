import { Check, Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** An event that a user may see in their stream. Its `seq` is null until the sequencer numbers it. */
@Entity('feed_event')
@Index('feed_event_unnumbered', { synchronize: false })
@Index('feed_event_seq', { synchronize: false })
@Index('feed_event_user', { synchronize: false })
@Index('feed_event_ts', ['ts'])
@Index('feed_event_trace', { synchronize: false })
export class FeedEventEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('bigint', { nullable: true }) seq: number | null;
  @Column('text') tenant_id: string;
  /** Null for all users of the tenant. */
  @Column('text', { nullable: true }) user_id: string | null;
  @Column('text') type: string;
  @Column('jsonb') payload: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) ts: Date;
  /** Of what caused the event, if it is known. */
  @Column('text', { nullable: true }) trace_id: string | null;
}

/** One row: the newest `seq` assigned, and the oldest one still stored. */
@Entity('feed_counter')
@Check('feed_counter_one', 'one')
export class FeedCounterEntity {
  @PrimaryColumn('boolean', { default: true }) one: boolean;
  @Column('bigint', { default: 0 }) head: number;
  @Column('bigint', { default: 1 }) oldest: number;
}

/** An event to add to the feed. */
export type NewFeedEvent = Pick<FeedEventEntity, 'tenant_id' | 'user_id' | 'type' | 'payload'> & { trace_id?: string };
