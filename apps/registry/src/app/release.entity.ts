import type { FunctionInfo } from '@skep/contracts';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { AppEntity } from './app.entity.js';

/** One release of an app, with all that a user sees or runs of it. A row never changes: a trigger refuses it. */
@Entity('release')
export class ReleaseEntity {
  @ForeignKey(() => AppEntity, 'app_id', { name: 'release_app' })
  @PrimaryColumn('text')
  app_id: string;
  @PrimaryColumn('integer') revision: number;
  @Column('text') version: string;
  @Column('text') name: string;
  @Column('text') description: string;
  @Column('text') icon: string;
  @Column('jsonb', { nullable: true }) ir: Record<string, unknown> | null;
  @Column('jsonb') manifest: Record<string, unknown>;
  @Column('jsonb') functions: FunctionInfo[];
  @Column('jsonb') panels: Record<string, unknown>[];
  /** The ids of what it can do. */
  @Column('text', { array: true, default: () => "'{}'" }) permissions: string[];
  @Column('timestamptz', { default: () => 'now()' }) published_at: Date;
}
