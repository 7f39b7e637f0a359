import type { Source } from '@skep/contracts/coach';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a person has written to the coach. */
@Entity('source_message')
@Index('source_message_client', ['tenant_id', 'user_id', 'source', 'parent', 'client_message_id'], { unique: true })
@Index('source_message_user', ['tenant_id', 'user_id', 'created_at'])
export class SourceMessageEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') source: Source;
  /** The conversation that it belongs to, such as a board; empty if there is only one. */
  @Column('text') parent: string;
  @Column('text') client_message_id: string;
  @Column('text') text: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
