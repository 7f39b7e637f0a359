import type { Invoker } from '@skep/contracts/nodes';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { NodeEntity } from '../node/node.entity.js';

/** A command for a node: who asked for what, and how it ended. */
@Entity('invocation')
@Index('invocation_log', ['node_id', 'created_at', 'id'])
@Index('invocation_run', ['run_id'], { unique: true })
@Index('invocation_open', { synchronize: false })
@Index('invocation_created', ['created_at'])
@Check('invocation_state', "state in ('asking', 'ready', 'sent', 'ended')")
@Check('invocation_invoked_by', "invoked_by in ('user', 'agent')")
@Check('invocation_ended', "(state = 'ended') = (completed_at is not null) and (completed_at is null) = (success is null)")
export class InvocationEntity {
  /** The device knows it as `request_id`. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') node_id: string;
  @ManyToOne(() => NodeEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'node_id', foreignKeyConstraintName: 'invocation_node' })
  node?: NodeEntity;
  @Column('text') run_id: string;
  @Column('text') command: string;
  @Column('jsonb') args: Record<string, unknown>;
  /** What its person reads before they approve it. */
  @Column('text') shown: string;
  @Column('text') state: 'asking' | 'ready' | 'sent' | 'ended';
  @Column('text') invoked_by: Invoker;
  @Column('timestamptz', { nullable: true }) sent_at: Date | null;
  @Column('boolean', { nullable: true }) success: boolean | null;
  @Column('text', { nullable: true }) output: string | null;
  @Column('text', { nullable: true }) error: string | null;
  @Column('integer', { nullable: true }) exit_code: number | null;
  @Column('jsonb', { nullable: true }) result_data: Record<string, unknown> | null;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) completed_at: Date | null;
}
