import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';

/** A user's install of an app, with the permissions that they consented to. */
@Entity('install')
@Index('install_app_user', ['tenant_id', 'app_id', 'user_id'])
@Index('install_name', { synchronize: false })
export class InstallEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => AppEntity, 'app_id', { name: 'install_app' })
  @PrimaryColumn('text')
  app_id: string;
  /** The release whose permissions they have consented to; null where there was none yet. */
  @Column('integer', { nullable: true }) revision: number | null;
  @Column('text', { array: true, default: () => "'{}'" }) permissions: string[];
  /** Name of that release, by which their apps are listed. */
  @Column('text', { default: '' }) name: string;
  @Column('timestamptz', { default: () => 'now()' }) installed_at: Date;
}
