import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An organisation with its own users. The same e-mail address in another tenant is another user. */
@Entity('tenant')
@Index('tenant_time', { synchronize: false })
export class TenantEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  /** Separated by commas. */
  @Column('text', { default: 'email,api_key' }) allowed_auth_methods: string;
  @Column('integer', { default: 10 }) max_connections: number;
  @Column('jsonb', { default: {} }) features: Record<string, unknown>;
  /** False if the tenant is suspended or deleted: no one can sign in or use an API key. */
  @Column('boolean', { default: true }) is_active: boolean;
  @Column('text', { nullable: true }) parent_tenant_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  /** A deleted tenant is never active, and its id is not used again. */
  @Column('timestamptz', { nullable: true }) deleted_at: Date | null;
}
