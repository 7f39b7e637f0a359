import type { FunctionInfo } from '@skep/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An approved app as the marketplace shows it. */
@Entity('listing')
@Index('listing_document', { synchronize: false })
@Index('listing_category', { synchronize: false })
export class ListingEntity {
  @PrimaryColumn('text') app_id: string;
  @Column('text') developer_id: string;
  @Column('text') name: string;
  @Column('text') short_description: string;
  @Column('text') category: string;
  /** What the app names as its icon. */
  @Column('text') icon: string;
  /** The icon that was uploaded. */
  @Column('text', { nullable: true, select: false }) icon_svg: string | null;
  @Column('text') pricing_model: string;
  @Column('jsonb', { nullable: true }) pricing_config: Record<string, unknown> | null;
  /** What an install consents to. */
  @Column('integer') revision: number;
  @Column('text') version: string;
  @Column('text', { array: true }) tags: string[];
  @Column('jsonb') functions: FunctionInfo[];
  /** The ids of what it can do. */
  @Column('text', { array: true }) permissions: string[];
  /** Everybody has it, so it is never listed. */
  @Column('boolean') system: boolean;
  @Column('boolean', { default: false }) featured: boolean;
  @Column('double precision', { default: 0 }) rating: number;
  @Column('integer', { default: 0 }) review_count: number;
  /** The first approval. */
  @Column('timestamptz') published_at: Date;
  /** The approval that the row shows. */
  @Column('timestamptz') approved_at: Date;
  /** What a search looks at: the name weighs A, the description B, tags and functions C. */
  @Column('tsvector', { select: false }) document: string;
}
