import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a user used of a model on a day. */
@Entity('model_usage')
@Index('model_usage_day', ['day'])
export class UsageEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('date') day: string;
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text') model: string;
  @Column('bigint') calls: number;
  @Column('bigint') prompt_tokens: number;
  @Column('bigint') completion_tokens: number;
  /** In credits. */
  @Column('bigint') fee: number;
}
