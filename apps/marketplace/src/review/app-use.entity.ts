import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A user has used an app since they installed it. Removed when they uninstall it. */
@Entity('app_use')
export class AppUseEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') app_id: string;
  @Column('timestamptz', { default: () => 'now()' }) used_at: Date;
}
