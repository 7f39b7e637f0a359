import { permissionOf } from '@skep/contracts/builtins';
import type { FunctionInfo, Permission } from '@skep/contracts/registry';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { AppStatus } from './app-status.js';

/** A developer's record of an app. `ir` and `icon_svg` are large and must be selected explicitly. */
@Entity('app')
@Index('app_newest', ['created_at', 'app_id'])
@Index('app_owner', ['tenant_id', 'developer_id', 'created_at', 'app_id'])
@Index('app_tenant', ['tenant_id', 'created_at', 'app_id'])
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
  @Column('text', { nullable: true }) reject_evidence: string | null;
  /** Set while an administrator suspends the app, to the reason. */
  @Column('text', { nullable: true }) suspend_reason: string | null;
  /** Set while an administrator suspends the app, to the status that a restoration returns to. */
  @Column('text', { nullable: true }) suspended_from: AppStatus | null;
  @Column('text', { default: 'free' }) pricing_model: string;
  @Column('json', { nullable: true }) pricing_config: Record<string, unknown> | null;
  /** The developer's share of the base price in percent: that of their tier at the last approval, or at the creation. */
  @Column('integer') revenue_split_dev: number;
  @Column('json', { default: () => "'{}'" }) manifest_json: Record<string, unknown>;
  @Column('json', { default: () => "'[]'" }) tools_json: FunctionInfo[];
  @Column('json', { nullable: true, select: false }) ir: Record<string, unknown> | null;
  /** The app's latest release at the registry: functions, permissions, version and revision; 0 if it has no release. */
  @Column('json', { default: () => "'[]'" }) functions: FunctionInfo[];
  @Column('text', { array: true, default: () => "'{}'" }) permission_ids: string[];
  /** The hosts of servers that its functions run on; null if that was not known at its deploy. */
  @Column('text', { array: true, nullable: true }) hosts: string[] | null;
  @Column('text', { nullable: true }) version: string | null;
  @Column('integer', { default: 0 }) revision: number;
  /** Whether that release has an IR, so that Skep can run it. */
  @Column('boolean', { default: false }) runnable: boolean;
  /** The revision that users run. */
  @Column('integer', { nullable: true }) approved_revision: number | null;
  /** What registry clients keep with the app. Skep does not read it. */
  @Column('json', { default: () => "'{}'" }) config: Record<string, unknown>;
  @Column('timestamptz', { nullable: true }) submitted_at: Date | null;
  @Column('timestamptz', { nullable: true }) approved_at: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;

  /** The published API has both `name` and `display_name`. */
  get display_name(): string {
    return this.name;
  }

  get permissions(): Permission[] {
    return this.permission_ids.map(permissionOf);
  }
}
