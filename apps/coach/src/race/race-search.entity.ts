import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn } from 'typeorm';
import { RaceEntity } from './race.entity.js';

/** By what a search finds a race: hashes, without a tenant, so that Postgres uses the index (see docs/adr/0018-search-by-terms.md). */
@Entity('race_search')
@Index('race_search_terms', { synchronize: false })
export class RaceSearchEntity {
  @PrimaryColumn('text') race_id: string;
  @OneToOne(() => RaceEntity, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'race_id', foreignKeyConstraintName: 'race_search_race' })
  race?: RaceEntity;
  @Column('integer', { array: true }) terms: number[];
}
