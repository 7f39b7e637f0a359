import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A conversation of a person with their agents. */
@Entity('conversation')
@Index('conversation_newest', ['tenant_id', 'user_id', 'updated_at', 'id'])
@Index('conversation_share', { synchronize: false })
export class ConversationEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text', { nullable: true }) title: string | null;
  @Column('jsonb', { default: {} }) metadata: Record<string, unknown>;
  @Column('integer', { default: 0 }) message_count: number;
  /** The newest turn of its agent. */
  @Column('text', { nullable: true }) run_id: string | null;
  /** Of a subagent: it is not listed. */
  @Column('boolean', { default: false }) is_hidden: boolean;
  /** SHA-256 of the token of its link; null unless it is shared. */
  @Column('bytea', { nullable: true }) share_hash: Buffer | null;
  /** What was said until then is shared. */
  @Column('timestamptz', { nullable: true }) shared_at: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
