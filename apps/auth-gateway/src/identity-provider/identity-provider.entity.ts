import type { GroupRole } from '@skep/contracts/auth';
import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An OpenID provider where the people of a tenant sign in. */
@Entity('identity_provider')
@Index('identity_provider_name', ['tenant_id', 'name', 'id'])
export class IdentityProviderEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') name: string;
  @Column('text') issuer: string;
  @Column('text') client_id: string;
  @Sealed() client_secret: string;
  /** In lower case. A domain has one provider in a tenant. */
  @Column('text', { array: true }) domains: string[];
  @Column('text') scopes: string;
  @Column('text') groups_claim: string;
  @Column('jsonb') group_roles: GroupRole[];
  @Column('text') default_role: string;
  @Column('boolean') creates_accounts: boolean;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
}
