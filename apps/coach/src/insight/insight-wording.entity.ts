import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What a language model made of the findings of a provider. */
@Entity('insight_wording')
export class InsightWordingEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text') lang: string;
  /** Of the findings: others get new words. */
  @Column('text') hash: string;
  /** Empty: the model gave nothing usable, so our own words stay. */
  @Column('jsonb') texts: { id: string; title: string; body: string }[];
  @Column('timestamptz', { default: () => 'now()' }) written_at: Date;
}
