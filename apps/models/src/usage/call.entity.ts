import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** One answer that a user got of a model. */
@Entity('model_call')
@Index('model_call_user', ['tenant_id', 'user_id', 'id'])
@Index('model_call_created', ['created_at'])
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
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
