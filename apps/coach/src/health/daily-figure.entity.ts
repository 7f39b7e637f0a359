import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Figures of a day of a person, as one provider has them. */
@Entity('daily_figure')
@Index('daily_figure_day', ['tenant_id', 'user_id', 'day'])
export class DailyFigureEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('date') day: string;
  @Column('double precision', { nullable: true }) resting_heart_rate_bpm: number | null;
  @Column('double precision', { nullable: true }) hrv_rmssd_ms: number | null;
  @Column('double precision', { nullable: true }) recovery_percent: number | null;
  @Column('integer', { nullable: true }) steps: number | null;
  @Column('double precision', { nullable: true }) energy_kcal: number | null;
  @Column('double precision', { nullable: true }) weight_kg: number | null;
  @Column('text') origin: 'backfill' | 'message';
  @Column('timestamptz') seen_at: Date;
}
