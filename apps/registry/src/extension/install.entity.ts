import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';

/** A user's install of an app, with the permissions that they consented to. */
@Entity('install')
@Index('install_tenant_app', ['tenant_id', 'app_id'])
export class InstallEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => AppEntity, 'app_id', { name: 'install_app' })
  @PrimaryColumn('text')
  app_id: string;
  /** The release installKey permissions they have consented to; null where there was none yet. */
  @Column('integer', { nullable: true }) revision: number | null;
  @Column('text', { array: true, default: () => "'{}'" }) permissions: string[];
  @Column('timestamptz', { default: () => 'now()' }) installed_at: Date;
}
