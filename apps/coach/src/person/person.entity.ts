import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person who is coached. */
@Entity('person')
@Check('person_units', "units in ('metric', 'imperial')")
@Index('person_profile', ['profile_id'], { unique: true })
export class PersonEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('text') profile_id: string;
  @Column('text') email: string;
  @Column('text') display_name: string;
  @Column('text') locale: string;
  @Column('text') timezone: string;
  @Column('text', { default: 'metric' }) units: 'metric' | 'imperial';
  @Column('boolean', { default: false }) marketing_opt_in: boolean;
  @Column('text', { nullable: true }) referral: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  @Column('integer', { default: 1 }) version: number;
}
