import type { WebhookPreset } from '@skep/contracts/automation';
import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** Where another party delivers to a person. */
@Entity('webhook')
@Index('webhook_owner', ['tenant_id', 'user_id', 'created_at', 'id'])
@Unique('webhook_slug', ['slug'])
export class WebhookEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') name: string;
  /** Names it in its address: unique among all tenants. */
  @Column('text') slug: string;
  @Column('text') preset: WebhookPreset;
  /** Key of the signatures; null if none are verified. */
  @Sealed({ nullable: true }) sealed_secret: string | null;
  /** The one before, which is valid for a while. */
  @Sealed({ nullable: true }) sealed_previous: string | null;
  @Column('timestamptz', { nullable: true }) previous_until: Date | null;
  @Column('text', { default: '' }) template: string;
  @Column('text', { nullable: true }) target_conversation_id: string | null;
  @Column('boolean', { default: true }) trigger_agent: boolean;
  @Column('boolean', { default: true }) enabled: boolean;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
}
