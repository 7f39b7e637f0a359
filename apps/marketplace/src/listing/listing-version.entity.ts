import type { FunctionInfo } from '@skep/contracts/registry';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { ListingEntity } from './listing.entity.js';

/** An approved release of a listed app. */
@Entity('listing_version')
export class ListingVersionEntity {
  @ForeignKey(() => ListingEntity, 'app_id', { name: 'listing_version_listing', onDelete: 'CASCADE' })
  @PrimaryColumn('text')
  app_id: string;
  @PrimaryColumn('integer') revision: number;
  @Column('text') version: string;
  @Column('jsonb') functions: FunctionInfo[];
  /** Ids of its permissions. */
  @Column('text', { array: true }) permissions: string[];
  /** Of its first approval. */
  @Column('timestamptz') approved_at: Date;
}
