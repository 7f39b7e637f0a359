import { Column, Entity, PrimaryColumn } from 'typeorm';

/** How a section of an app is kept up to date for a user. */
@Entity('user_automation')
export class UserAutomationEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @PrimaryColumn('text') section_name: string;
  @Column('boolean') enabled: boolean;
  /** In seconds. */
  @Column('integer') ttl: number;
  @Column('jsonb') alert_config: Record<string, unknown>;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
