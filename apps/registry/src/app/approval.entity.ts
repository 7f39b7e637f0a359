import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AppEntity } from './app.entity.js';

/** An approved release: users who consented to its permissions may run it. The newest approval is the live release. */
@Entity('approval')
@Index('approval_newest', { synchronize: false })
export class ApprovalEntity {
  @ForeignKey(() => AppEntity, 'app_id', { name: 'approval_app' })
  @PrimaryColumn('text')
  app_id: string;
  @PrimaryColumn('integer') revision: number;
  /** The newest approval of this release. */
  @Column('timestamptz') approved_at: Date;
}
