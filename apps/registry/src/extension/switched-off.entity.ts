import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';

/** A person has switched this app off for themselves. */
@Entity('switched_off')
@Index('switched_off_tenant_app', ['tenant_id', 'app_id'])
export class SwitchedOffEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @ForeignKey(() => AppEntity, 'app_id', { name: 'switched_off_app' })
  @PrimaryColumn('text')
  app_id: string;
  @Column('timestamptz', { default: () => 'now()' }) switched_off_at: Date;
}
