import type { AnswerSource, ChartSpec } from '@skep/contracts/coach';
import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A question of a person, and its answer once there is one. */
@Entity('question')
@Check('question_kind', "kind in ('text', 'chart')")
@Index('question_conversation', ['tenant_id', 'user_id', 'conversation_id', 'asked_at', 'id'])
export class QuestionEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') id: string;
  @Column('text') conversation_id: string;
  @Column('text') kind: 'text' | 'chart';
  @Column('text') question: string;
  @Column('text', { nullable: true }) answer: string | null;
  @Column('jsonb', { nullable: true }) spec: ChartSpec | null;
  @Column('jsonb', { default: [] }) sources: AnswerSource[];
  @Column('text', { nullable: true }) run_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) asked_at: Date;
  @Column('timestamptz', { nullable: true }) answered_at: Date | null;
}
