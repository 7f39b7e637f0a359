import type { UpdateChannelPreferences } from '@skep/contracts/channels';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How notifications reach a user; what they have not chosen has its default. */
@Entity('preference')
export class PreferenceEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('text', { default: 'UTC' }) timezone: string;
  /** `HH:MM` in their time zone; null without quiet hours. */
  @Column('text', { nullable: true }) quiet_from: string | null;
  @Column('text', { nullable: true }) quiet_until: string | null;
  @Column('jsonb', { default: {} }) channels: UpdateChannelPreferences;
  /** Whether they want notifications of a source; of those that are not named they do. */
  @Column('jsonb', { default: {} }) topics: Record<string, boolean>;
}
