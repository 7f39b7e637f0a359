import type { FunctionInfo } from '@skep/contracts/registry';
import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { AppEntity } from './app.entity.js';

/** One release of an app, with everything that a user sees or runs. Immutable: triggers refuse changes. */
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
  /** The same, with the keys of the schemas in the order of their author. Null for a release of before this column. */
  @Column('json', { nullable: true }) ordered_functions: FunctionInfo[] | null;
  @Column('jsonb') panels: Record<string, unknown>[];
  /** Ids of its permissions. */
  @Column('text', { array: true, default: () => "'{}'" }) permissions: string[];
  @Column('timestamptz', { default: () => 'now()' }) published_at: Date;
}
