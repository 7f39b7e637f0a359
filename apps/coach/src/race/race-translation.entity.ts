import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { RaceEntity } from './race.entity.js';

/** The texts of a race in another language. */
@Entity('race_translation')
export class RaceTranslationEntity {
  @PrimaryColumn('text') race_id: string;
  @ManyToOne(() => RaceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'race_id', foreignKeyConstraintName: 'race_translation_race' })
  race?: RaceEntity;
  @PrimaryColumn('text') language: string;
  @Column('text') tenant_id: string;
  /** The texts that it translates. */
  @Column('text') source_hash: string;
  @Column('text') state: 'queued' | 'ready' | 'failed';
  @Column('text', { nullable: true }) name: string | null;
  @Column('text', { nullable: true }) description: string | null;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
