import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One answer that a user got of a model. */
@Entity('model_call')
@Index('model_call_user', ['tenant_id', 'user_id', 'id'])
@Index('model_call_created', ['created_at'])
@Index('model_call_trace', { synchronize: false })
export class CallEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text', { nullable: true }) conversation_id: string | null;
  @Column('text', { nullable: true }) agent_id: string | null;
  @Column('text') provider: string;
  @Column('text') model: string;
  @Column('bigint') prompt_tokens: number;
  @Column('bigint') completion_tokens: number;
  @Column('text', { nullable: true }) trace_id: string | null;
  /** What asked the model: see `Ctx.cause`. */
  @Column('text', { nullable: true }) cause_id: string | null;
  /** Under which billing has charged it; null if its user has not paid for it alone. */
  @Column('text', { nullable: true }) charge_id: string | null;
  @Column('bigint', { nullable: true }) fee: number | null;
  @Column('bigint', { nullable: true }) duration_ms: number | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
