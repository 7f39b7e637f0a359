import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a person said about a board, and what the coach answered. */
@Entity('board_reply')
@Index('board_reply_board', ['board_id', 'created_at'])
export class BoardReplyEntity {
  /** That of the message. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') board_id: string;
  @Column('text') text: string;
  @Column('text', { nullable: true }) reply: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
