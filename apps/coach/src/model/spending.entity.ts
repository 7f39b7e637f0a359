import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What an answer of a language model has cost the tenant of a person. */
@Entity('model_spending')
@Index('model_spending_user', ['tenant_id', 'user_id', 'created_at'])
@Index('model_spending_created', ['created_at'])
export class SpendingEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  /** The key of the question: an answer that is repeated counts once. */
  @PrimaryColumn('text') key: string;
  @Column('integer') credits: number;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
