import type { RecommendRaces } from '@skep/contracts/coach';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A race that was found to fit, and why. */
export interface RankedItem {
  event_id: string;
  score: number;
  reasons: string[];
}

/** Races that are recommended to a person. */
@Entity('recommendation')
@Index('recommendation_user', { synchronize: false })
export class RecommendationEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('jsonb') wishes: RecommendRaces;
  /** The run that makes it; what an earlier one finds does not count. */
  @Column('text') run_id: string;
  @Column('text', { default: 'pending' }) state: 'pending' | 'ready';
  @Column('jsonb', { default: [] }) items: RankedItem[];
  @Column('text', { nullable: true }) ranked_by: 'model' | 'rules' | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
