import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { PersonEntity } from './person.entity.js';

/** What a person says of their body, training and goals. */
@Entity('profile')
@ForeignKey(() => PersonEntity, ['tenant_id', 'user_id'], ['tenant_id', 'user_id'], { name: 'profile_person', onDelete: 'CASCADE' })
@Index('profile_id', ['profile_id'], { unique: true })
export class ProfileEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('text') profile_id: string;
  @Column('date', { nullable: true }) birth_date: string | null;
  @Column('text', { nullable: true }) sex: string | null;
  @Column('double precision', { nullable: true }) height_cm: number | null;
  @Column('double precision', { nullable: true }) weight_kg: number | null;
  @Column('text', { array: true, default: '{}' }) sports: string[];
  @Column('text', { nullable: true }) experience: string | null;
  @Column('double precision', { nullable: true }) weekly_hours: number | null;
  @Column('text', { nullable: true }) injuries: string | null;
  @Column('text', { nullable: true }) goals: string | null;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  @Column('integer', { default: 1 }) version: number;
}
