import type { FunctionInfo } from '@skep/contracts/registry';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An approved app as the marketplace shows it. */
@Entity('listing')
@Index('listing_document', { synchronize: false })
@Index('listing_rating', { synchronize: false })
@Index('listing_newest', { synchronize: false })
@Index('listing_name', { synchronize: false })
@Index('listing_category_rating', { synchronize: false })
@Index('listing_category_newest', { synchronize: false })
@Index('listing_category_name', { synchronize: false })
export class ListingEntity {
  @PrimaryColumn('text') app_id: string;
  @Column('text') developer_id: string;
  @Column('text') name: string;
  @Column('text') short_description: string;
  @Column('text') category: string;
  /** The icon that the app's record or IR names: a URL or the name of an icon. */
  @Column('text') icon: string;
  /** The uploaded icon. */
  @Column('text', { nullable: true, select: false }) icon_svg: string | null;
  @Column('text') pricing_model: string;
  @Column('jsonb', { nullable: true }) pricing_config: Record<string, unknown> | null;
  /** The release whose permissions an install consents to. */
  @Column('integer') revision: number;
  @Column('text') version: string;
  @Column('text', { array: true }) tags: string[];
  @Column('jsonb') functions: FunctionInfo[];
  /** Ids of the permissions of that release. */
  @Column('text', { array: true }) permissions: string[];
  /** True for an app that every user has. It is never listed. */
  @Column('boolean') system: boolean;
  @Column('boolean', { default: false }) featured: boolean;
  /** Whether it is in lists: it is no system app, and not delisted after its newest approval nor suspended. */
  @Column('boolean', { default: false }) listed: boolean;
  @Column('double precision', { default: 0 }) rating: number;
  @Column('integer', { default: 0 }) review_count: number;
  /** `approved_at` of the first approval. */
  @Column('timestamptz') published_at: Date;
  /** `approved_at` of the newest approval, which the row shows. */
  @Column('timestamptz') approved_at: Date;
  /** What a search matches: name and id with weight A, description B, category, tags and functions C. */
  @Column('tsvector', { select: false }) document: string;
}
