import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Usage tracked with an event id, so that a repeated event counts once. */
@Entity('usage_event')
@Index('usage_event_age', ['created_at'])
export class UsageEventEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') event_id: string;
  @Column('text') meter: string;
  @Column('bigint') quantity: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
