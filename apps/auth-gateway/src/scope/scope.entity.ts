import type { ScopeSource } from '@skep/contracts/auth';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A scope that can be granted. Platform scopes are copied from the contract at each start. */
@Entity('scope')
@Index('scope_name', ['tenant_id', 'name'], { unique: true })
@Index('scope_order', ['tenant_id', 'name', 'id'])
@Index('scope_resource', ['tenant_id', 'resource', 'name', 'id'])
@Index('scope_source', ['tenant_id', 'source', 'name', 'id'])
export class ScopeEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  /** `_platform_` for a scope of all tenants. */
  @Column('text') tenant_id: string;
  /** `resource:action` */
  @Column('text') name: string;
  @Column('text') resource: string;
  @Column('text') action: string;
  @Column('text') display_name: string;
  @Column('text') description: string;
  @Column('text') source: ScopeSource;
  @Column('text', { nullable: true }) source_id: string | null;
  @Column('boolean', { default: false }) is_system: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
