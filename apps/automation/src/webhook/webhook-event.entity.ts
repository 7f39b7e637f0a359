import type { WebhookEventStatus } from '@skep/contracts/automation';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { WebhookEntity } from './webhook.entity.js';

/** A delivery to a webhook. */
@Entity('webhook_event')
@Index('webhook_event_newest', ['webhook_id', 'created_at', 'id'])
@Index('webhook_event_created', ['created_at'])
@Index('webhook_event_delivery', { synchronize: false })
@Index('webhook_event_body', { synchronize: false })
@Check('webhook_event_status', "status in ('pending', 'processed', 'failed')")
export class WebhookEventEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') webhook_id: string;
  @ManyToOne(() => WebhookEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'webhook_id', foreignKeyConstraintName: 'webhook_event_webhook' })
  webhook?: WebhookEntity;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** What the sender repeats a delivery with; null for one that was not taken. */
  @Column('text', { nullable: true }) delivery_id: string | null;
  /** Of a body that was signed, where what names the delivery was not. */
  @Column('text', { nullable: true }) body_hash: string | null;
  @Column('text') status: WebhookEventStatus;
  @Column('jsonb', { nullable: true }) payload: unknown;
  /** In lower case, without credentials and signatures. */
  @Column('jsonb', { default: {} }) headers: Record<string, string>;
  @Column('text', { nullable: true }) processed_content: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
