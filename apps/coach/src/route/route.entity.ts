import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { RouteContent } from './to-route.js';

/** A saved route. It belongs to no one: who knows its id may read it, who has its edit token may change it. */
@Entity('route')
@Index('route_changed', ['changed_at'], { where: 'content is not null' })
@Index('route_gone', ['gone_at'], { where: 'gone_at is not null' })
export class RouteEntity {
  @PrimaryColumn('text') route_id: string;
  /** SHA-256 of its edit token. */
  @Column('bytea') edit_hash: Buffer;
  /** Null once it was deleted or has expired. */
  @Column('jsonb', { nullable: true }) content: RouteContent | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) changed_at: Date;
  @Column('timestamptz', { nullable: true }) gone_at: Date | null;
}
