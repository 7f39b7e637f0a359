import type { ModelTier } from '@skep/contracts/billing';
import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** What a language model costs, in credits. */
@Entity('model_rate')
@Check('model_rate_tier', `tier in ('free', 'economy', 'standard', 'premium')`)
@Check('model_rate_cost', 'input_cost_per_1k >= 0 and output_cost_per_1k >= 0 and platform_fee_default >= 0')
export class ModelRateEntity {
  @PrimaryColumn('text') model_id: string;
  @Column('text') tier: ModelTier;
  @Column('double precision') input_cost_per_1k: number;
  @Column('double precision') output_cost_per_1k: number;
  @Column('bool') is_available: boolean;
  /** Instead of the fee of the tier; null for that. */
  @Column('bigint', { nullable: true }) platform_fee_default: number | null;
}
