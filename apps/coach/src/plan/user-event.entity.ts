import type { Priority, RaceGoal, RaceResult, UserEventStatus } from '@skep/contracts/coach';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { RaceEntity } from '../race/race.entity.js';

/** A race that a person plans, or has run. */
@Entity('user_event')
@Index('user_event_active', ['tenant_id', 'user_id'], { unique: true, where: "status = 'active'" })
@Index('user_event_open', ['tenant_id', 'user_id', 'race_id'], { unique: true, where: "status in ('planned', 'active')" })
@Index('user_event_kept', { synchronize: false })
@Index('user_event_status', { synchronize: false })
@Index('user_event_over', { synchronize: false })
@Index('user_event_of_race', ['race_id'])
@Check('user_event_deleted', "deleted_at is null or status in ('done', 'dropped')")
export class UserEventEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') race_id: string;
  @ManyToOne(() => RaceEntity)
  @JoinColumn({ name: 'race_id', foreignKeyConstraintName: 'user_event_race' })
  race?: RaceEntity;
  @Column('text', { nullable: true }) distance_id: string | null;
  @Column('jsonb', { nullable: true }) goal: RaceGoal | null;
  @Column('text', { nullable: true }) priority: Priority | null;
  @Column('text', { default: 'planned' }) status: UserEventStatus;
  @Column('jsonb', { nullable: true }) result: RaceResult | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  @Column('timestamptz', { nullable: true }) deleted_at: Date | null;
}
