import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Which board a request of a client got: repeated, it gets the same. */
@Entity('board_request')
@Index('board_request_created', ['created_at'])
export class BoardRequestEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') client_request_id: string;
  @Column('text') board_id: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
