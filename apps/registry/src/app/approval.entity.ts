import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { AppEntity } from './app.entity.js';

/** A release that may be run by whoever has consented to what it can do. The newest approval is the live release. */
@Entity('approval')
export class ApprovalEntity {
  @ForeignKey(() => AppEntity, 'app_id', { name: 'approval_app' })
  @PrimaryColumn('text')
  app_id: string;
  @PrimaryColumn('integer') revision: number;
  /** The newest one of this release. */
  @Column('timestamptz') approved_at: Date;
}
