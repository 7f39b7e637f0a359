import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn } from 'typeorm';
import { CodingSessionEntity } from './coding-session.entity.js';

/** An instruction for a session. Its terminal names it, so that it is taken once. */
@Entity('coding_instruction')
@Index('coding_instruction_iid', ['session_id', 'iid'], { unique: true })
@Index('coding_instruction_waiting', { synchronize: false })
@Index('coding_instruction_created', ['created_at'])
@Check('coding_instruction_goes_to', "goes_to in ('task', 'terminal')")
@Check('coding_instruction_state', "state in ('waiting', 'taken', 'dropped')")
export class CodingInstructionEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) seq: number;
  @Column('text') session_id: string;
  @ManyToOne(() => CodingSessionEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'session_id', foreignKeyConstraintName: 'coding_instruction_session' })
  session?: CodingSessionEntity;
  @Column('text') iid: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') text: string;
  @Column('text') surface: string;
  @Column('text') goes_to: 'task' | 'terminal';
  @Column('text') state: 'waiting' | 'taken' | 'dropped';
  @Column('boolean', { default: false }) is_shown: boolean;
  @Column('text', { nullable: true }) run_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
