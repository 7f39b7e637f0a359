import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How a person rates a board, or a card of it. */
@Entity('board_rating')
@Index('board_rating_card', ['board_id', 'card_id'], { unique: true })
export class BoardRatingEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') board_id: string;
  /** Empty for the board. */
  @Column('text') card_id: string;
  @Column('text') rating: 'up' | 'down';
  @Column('text', { array: true }) reasons: string[];
  @Column('text', { nullable: true }) comment: string | null;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
