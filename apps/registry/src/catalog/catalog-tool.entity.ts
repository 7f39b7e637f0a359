import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { AppEntity } from '../app/app.entity.js';

/** A function of the live release of an app, as it is searched. Derived from the release: `CatalogTools` writes it. */
@Entity('catalog_tool')
@Index('catalog_tool_listed', { synchronize: false })
@Index('catalog_tool_words', { synchronize: false })
@Index('catalog_tool_unembedded', { synchronize: false })
export class CatalogToolEntity {
  @ForeignKey(() => AppEntity, 'app_id', { name: 'catalog_tool_app' })
  @PrimaryColumn('text')
  app_id: string;
  @PrimaryColumn('text') name: string;
  @Column('text') app_name: string;
  @Column('text') description: string;
  @Column('text', { nullable: true }) action_type: string | null;
  @Column('jsonb') params_schema: Record<string, unknown>;
  /** Those of the release. */
  @Column('text', { array: true }) permissions: string[];
  /** False while the app is suspended or out of the marketplace. */
  @Column('boolean') listed: boolean;
  /** The words that a search matches. */
  @Column('tsvector') document: string;
  /** The vector as numbers of four bytes; null until it is computed. */
  @Column('bytea', { nullable: true }) embedding: Buffer | null;
  @Column('text', { nullable: true }) embedding_model: string | null;
}
