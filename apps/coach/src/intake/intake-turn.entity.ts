import type { IntakeStep } from '@skep/contracts/coach';
import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { SourceMessageEntity } from '../source/source-message.entity.js';

/** A message of a person in their intake, and what the coach answers. */
@Entity('intake_turn')
@Index('intake_turn_user', { synchronize: false })
export class IntakeTurnEntity {
  /** That of the message. */
  @PrimaryColumn('text') id: string;
  @OneToOne(() => SourceMessageEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'id', foreignKeyConstraintName: 'intake_turn_message' })
  message?: SourceMessageEntity;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('timestamptz', { default: () => 'clock_timestamp()' }) created_at: Date;
  /** null until it is answered. */
  @Column('timestamptz', { nullable: true }) answered_at: Date | null;
  @Column('text', { nullable: true }) reply: string | null;
  @Column('text', { nullable: true }) step: IntakeStep | null;
  @Column('jsonb', { nullable: true }) profile_patch: Record<string, unknown> | null;
  /** How often the answer of a model was useless. */
  @Column('integer', { default: 0 }) failures: number;
}
