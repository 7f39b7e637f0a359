import { Check, Column, Entity, Index, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';

/** Something that a person may see in his stream. It has no number (`seq`) until the sequencer gives it one. */
@Entity('feed_event')
@Index('feed_event_waiting', { synchronize: false })
@Index('feed_event_seq', { synchronize: false })
@Index('feed_event_person', { synchronize: false })
@Index('feed_event_ts', ['ts'])
export class FeedEventEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('bigint', { nullable: true }) seq: number | null;
  @Column('text') tenant_id: string;
  /** Null: everybody of the tenant. */
  @Column('text', { nullable: true }) user_id: string | null;
  @Column('text') type: string;
  @Column('jsonb') payload: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) ts: Date;
}

/** One row: the newest number given out, and the oldest one still kept. */
@Entity('feed_counter')
@Check('feed_counter_one', 'one')
export class FeedCounterEntity {
  @PrimaryColumn('boolean', { default: true }) one: boolean;
  @Column('bigint', { default: 0 }) head: number;
  @Column('bigint', { default: 1 }) oldest: number;
}

/** An event as its teller gives it. */
export type News = Pick<FeedEventEntity, 'tenant_id' | 'user_id' | 'type' | 'payload'>;
