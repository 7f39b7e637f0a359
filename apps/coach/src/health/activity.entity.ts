import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An activity of a person, as one provider has it. Units are in the names. */
@Entity('activity')
@Index('activity_vendor', ['tenant_id', 'user_id', 'provider', 'vendor_id'], { unique: true })
@Index('activity_vendor_id', ['tenant_id', 'user_id', 'vendor_id'])
@Index('activity_started', ['tenant_id', 'user_id', 'started_at', 'id'])
export class ActivityEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') id: string;
  @Column('text') provider: string;
  @Column('text') vendor_id: string;
  @Column('text') sport: string;
  @Column('text') vendor_sport: string;
  @Column('text') name: string;
  @Column('timestamptz') started_at: Date;
  @Column('date') day: string;
  @Column('integer') duration_s: number;
  @Column('integer', { nullable: true }) elapsed_s: number | null;
  @Column('double precision', { nullable: true }) distance_m: number | null;
  @Column('double precision', { nullable: true }) ascent_m: number | null;
  @Column('double precision', { nullable: true }) average_speed_m_s: number | null;
  @Column('double precision', { nullable: true }) average_heart_rate_bpm: number | null;
  @Column('double precision', { nullable: true }) max_heart_rate_bpm: number | null;
  @Column('double precision', { nullable: true }) average_power_w: number | null;
  @Column('double precision', { nullable: true }) average_cadence_rpm: number | null;
  @Column('double precision', { nullable: true }) energy_kcal: number | null;
  /** The same activity of a provider that knows more. Null: this one is shown. */
  @Column('text', { nullable: true }) duplicate_of: string | null;
  @Column('text') origin: 'backfill' | 'message';
  @Column('timestamptz') seen_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
