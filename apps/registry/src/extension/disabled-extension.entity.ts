import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';

/** An app that a user turned off for themselves without uninstalling it. */
@Entity('disabled_extension')
@Index('disabled_extension_app_user', ['tenant_id', 'app_id', 'user_id'])
export class DisabledExtensionEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => AppEntity, 'app_id', { name: 'disabled_extension_app' })
  @PrimaryColumn('text')
  app_id: string;
  @Column('timestamptz', { default: () => 'now()' }) disabled_at: Date;
}
