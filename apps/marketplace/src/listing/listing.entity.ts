import type { Capabilities } from '@skep/contracts/marketplace';
import type { FunctionInfo } from '@skep/contracts/registry';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An approved app as the marketplace shows it. */
@Entity('listing')
@Index('listing_document', { synchronize: false })
@Index('listing_rank', { synchronize: false })
@Index('listing_featured', { synchronize: false })
@Index('listing_developer', { synchronize: false })
@Index('listing_newest', { synchronize: false })
@Index('listing_name', { synchronize: false })
@Index('listing_category_rank', { synchronize: false })
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
  /** What that release may do; null if its approval does not say. */
  @Column('jsonb', { nullable: true }) capabilities: Capabilities | null;
  /** True for an app that every user has. It is never listed. */
  @Column('boolean') system: boolean;
  @Column('boolean', { default: false }) featured: boolean;
  /** Whether it is in lists: it is no system app, and not delisted after its newest approval nor suspended. */
  @Column('boolean', { default: false }) listed: boolean;
  /** Average of the stars of its reviews; 0 without reviews. */
  @Column('double precision', { default: 0 }) rating: number;
  @Column('bigint', { default: 0 }) rating_sum: number;
  /** Orders by rating: an average that trusts few reviews less. */
  @Column('double precision', { default: 0 }) rating_rank: number;
  @Column('integer', { default: 0 }) review_count: number;
  @Column('text', { nullable: true }) author: string | null;
  @Column('text', { nullable: true }) homepage: string | null;
  @Column('text', { nullable: true }) license: string | null;
  /** `approved_at` of the first approval. */
  @Column('timestamptz') published_at: Date;
  /** `approved_at` of the newest approval, which the row shows. */
  @Column('timestamptz') approved_at: Date;
  /** What a search matches: name and id with weight A, description B, category, tags and functions C. */
  @Column('tsvector', { select: false }) document: string;
}
