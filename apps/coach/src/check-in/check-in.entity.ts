import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How a person said that they are. */
@Entity('check_in')
@Index('check_in_user', ['tenant_id', 'user_id', 'created_at'])
export class CheckInEntity {
  /** That of the message. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text', { nullable: true }) text: string | null;
  @Column('integer', { nullable: true }) mood: number | null;
  @Column('integer', { nullable: true }) soreness: number | null;
  @Column('integer', { nullable: true }) sleep_quality: number | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
