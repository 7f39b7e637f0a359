import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { NodeEntity } from './node.entity.js';

/** A command that may run on a node without asking. */
@Entity('remembered_approval')
export class RememberedApprovalEntity {
  @PrimaryColumn('text') node_id: string;
  @ManyToOne(() => NodeEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'node_id', foreignKeyConstraintName: 'remembered_approval_node' })
  node?: NodeEntity;
  @PrimaryColumn('bytea') command_hash: Buffer;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
