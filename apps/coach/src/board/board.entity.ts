import type { BoardCard, BoardKind, BoardStatus } from '@skep/contracts/coach';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What the coach shows a person at a time. Its id has the digits of the run that generates it. */
@Entity('board')
@Index('board_running', ['tenant_id', 'user_id', 'kind'], { unique: true, where: "status = 'running'" })
@Index('board_user', ['tenant_id', 'user_id', 'created_at', 'id'])
@Index('board_kind', ['tenant_id', 'user_id', 'kind', 'created_at', 'id'])
export class BoardEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') kind: BoardKind;
  @Column('text', { nullable: true }) activity_id: string | null;
  /** The day of the person on which it began. */
  @Column('date') day: string;
  @Column('text', { default: 'running' }) status: BoardStatus;
  /** Those that are finished. */
  @Column('jsonb', { default: '[]' }) cards: BoardCard[];
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
