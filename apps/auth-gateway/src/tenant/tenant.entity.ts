import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An organisation. The same e-mail address in another tenant is another person. */
@Entity('tenant')
export class TenantEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') name: string;
  /** Separated by commas. */
  @Column('text', { default: 'email,api_key' }) allowed_auth_methods: string;
  @Column('integer', { default: 10 }) max_connections: number;
  @Column('jsonb', { default: {} }) features: Record<string, unknown>;
  /** Nobody of a tenant that is not comes in, by whatever door. */
  @Column('boolean', { default: true }) is_active: boolean;
  @Column('text', { nullable: true }) parent_tenant_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { default: () => 'now()' }) updated_at: Date;
  /** One that is deleted is never active; its id is not given again. */
  @Column('timestamptz', { nullable: true }) deleted_at: Date | null;
}
