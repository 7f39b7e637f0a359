import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A named list of scopes. Accounts have a copy of the scopes, which a cascade updates. */
@Entity('role')
@Index('role_name', ['tenant_id', 'name'], { unique: true })
@Index('role_order', { synchronize: false })
export class RoleEntity {
  /** `role_` and 20 digits or lower-case letters. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') name: string;
  @Column('text') display_name: string;
  @Column('text', { array: true }) default_scopes: string[];
  @Column('jsonb', { default: {} }) default_attributes: Record<string, unknown>;
  @Column('text', { array: true, default: [] }) default_extensions: string[];
  @Column('text', { default: 'default_off' }) confirmation_policy: string;
  @Column('integer', { default: 3 }) max_concurrent_tasks: number;
  @Column('integer', { default: 500 }) monthly_action_limit: number;
  @Column('integer', { default: 20 }) context_window: number;
  /** `admin`, `developer`, `user` and `viewer`, which a trigger creates in each tenant. */
  @Column('boolean', { default: false }) is_system: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
