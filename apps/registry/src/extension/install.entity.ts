import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { App } from '../app/app.entity.js';

/** A person has this app. */
@Entity('install')
@Index('install_tenant_app', ['tenant_id', 'app_id'])
export class Install {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => App, 'app_id', { name: 'install_app' })
  @PrimaryColumn('text')
  app_id: string;
  @Column('timestamptz', { default: () => 'now()' }) installed_at: Date;
}
