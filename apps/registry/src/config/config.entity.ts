import type { ConfigScope } from '@skep/contracts/registry';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The settings of a scope. */
@Entity('config')
export class ConfigEntity {
  /** '' for the platform. */
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') scope: ConfigScope;
  @PrimaryColumn('text') scope_id: string;
  /** Set for the scope `user`, so that it is erased with the user. */
  @Column('text', { nullable: true }) user_id: string | null;
  @Column('jsonb', { default: {} }) config: Record<string, unknown>;
  @Column('jsonb', { default: {} }) enforced: Record<string, unknown>;
  /** By name of the role. */
  @Column('jsonb', { default: {} }) role_defaults: Record<string, unknown>;
  @Column('text', { default: '' }) updated_by: string;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
}
