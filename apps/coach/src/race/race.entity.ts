import type { RaceDistance, Sport } from '@skep/contracts/coach';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A race of the catalogue of a tenant. */
@Entity('race')
@Index('race_external', ['tenant_id', 'external_id'], { unique: true })
@Index('race_day', ['tenant_id', 'starts_on', 'id'])
@Index('race_sport', ['tenant_id', 'sport', 'starts_on', 'id'])
@Index('race_country', ['tenant_id', 'country', 'starts_on', 'id'])
@Index('race_place', ['tenant_id', 'lat', 'lon'])
export class RaceEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  /** The id that its writer gives it. */
  @Column('text', { nullable: true }) external_id: string | null;
  @Column('text') name: string;
  @Column('text') sport: Sport;
  @Column('text', { nullable: true }) country: string | null;
  @Column('text', { nullable: true }) place: string | null;
  @Column('double precision', { nullable: true }) lat: number | null;
  @Column('double precision', { nullable: true }) lon: number | null;
  @Column('date') starts_on: string;
  @Column('date', { nullable: true }) ends_on: string | null;
  @Column('text') language: string;
  @Column('text') description: string;
  @Column('text', { nullable: true }) website: string | null;
  @Column('jsonb') distances: RaceDistance[];
  /** Of what is translated: another one makes translations old. */
  @Column('text') source_hash: string;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
