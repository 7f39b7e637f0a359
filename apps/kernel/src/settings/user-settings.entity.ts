import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a user chose in their settings; the rest has its default. */
@Entity('user_settings')
export class UserSettingsEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('jsonb') settings: Record<string, unknown>;
}
