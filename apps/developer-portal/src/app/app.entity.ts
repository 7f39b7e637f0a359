import { type FunctionInfo, type Permission, permissionOf } from '@skep/contracts';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AppStatus } from './app-status.js';

/** A developer's record of an app. `ir` and `icon_svg` are large and read only where they are asked for. */
@Entity('app')
@Index('app_developer', ['tenant_id', 'developer_id', 'created_at'])
export class AppEntity {
  /** Unique over all tenants. */
  @PrimaryColumn('text') app_id: string;
  @Column('text') tenant_id: string;
  @Column('text') developer_id: string;
  @Column('text') name: string;
  @Column('text', { default: '' }) short_description: string;
  @Column('text', { default: '' }) description: string;
  @Column('text', { default: 'general' }) category: string;
  @Column('text', { default: '' }) icon: string;
  @Column('text', { nullable: true, select: false }) icon_svg: string | null;
  @Column('text', { default: '' }) git_url: string;
  @Column('boolean', { default: false }) system: boolean;
  @Column('text', { default: 'draft' }) status: AppStatus;
  @Column('text', { nullable: true }) reject_reason: string | null;
  @Column('text', { array: true, default: () => "'{}'" }) reject_codes: string[];
  /** While an administrator has suspended the app: why, and the status that it has again afterwards. */
  @Column('text', { nullable: true }) suspend_reason: string | null;
  @Column('text', { nullable: true }) suspended_from: AppStatus | null;
  @Column('text', { default: 'free' }) pricing_model: string;
  @Column('json', { nullable: true }) pricing_config: Record<string, unknown> | null;
  /** Percent of the base price: that of the developer's tier when the app was approved last, or was made. */
  @Column('integer') revenue_split_dev: number;
  @Column('json', { default: () => "'{}'" }) manifest_json: Record<string, unknown>;
  @Column('json', { default: () => "'[]'" }) tools_json: FunctionInfo[];
  @Column('json', { nullable: true, select: false }) ir: Record<string, unknown> | null;
  /** The newest release that the registry has of this app: its functions, permissions, version and number; 0 where there is none. */
  @Column('json', { default: () => "'[]'" }) functions: FunctionInfo[];
  @Column('text', { array: true, default: () => "'{}'" }) permission_ids: string[];
  @Column('text', { nullable: true }) version: string | null;
  @Column('integer', { default: 0 }) revision: number;
  /** Whether that release holds an IR, and so can run here. */
  @Column('boolean', { default: false }) runnable: boolean;
  /** What users run. */
  @Column('integer', { nullable: true }) approved_revision: number | null;
  @Column('timestamptz', { nullable: true }) submitted_at: Date | null;
  @Column('timestamptz', { nullable: true }) approved_at: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;

  /** The published API has two words for it. */
  get display_name(): string {
    return this.name;
  }

  get permissions(): Permission[] {
    return this.permission_ids.map(permissionOf);
  }
}
