import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A night or nap of a person, as one provider has it. */
@Entity('sleep')
@Index('sleep_day', ['tenant_id', 'user_id', 'day'])
export class SleepEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text') vendor_id: string;
  /** On which it ended. */
  @Column('date') day: string;
  @Column('timestamptz') started_at: Date;
  @Column('timestamptz') ended_at: Date;
  @Column('boolean') is_nap: boolean;
  @Column('integer', { nullable: true }) asleep_s: number | null;
  @Column('integer', { nullable: true }) deep_s: number | null;
  @Column('integer', { nullable: true }) rem_s: number | null;
  @Column('integer', { nullable: true }) light_s: number | null;
  @Column('integer', { nullable: true }) awake_s: number | null;
  @Column('double precision', { nullable: true }) efficiency_percent: number | null;
  @Column('text') origin: 'backfill' | 'message';
  @Column('timestamptz') seen_at: Date;
}
