import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Tokens to revoke at their provider. It names no user: they may be erased meanwhile. */
@Entity('oauth_revocation')
@Index('oauth_revocation_requested', ['requested_at'])
export class RevocationEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') app_id: string;
  @Column('text') provider: string;
  @Column('text') client_id: string;
  /** `GrantedTokens` as JSON. */
  @Sealed() granted: string;
  @Column('timestamptz', { default: () => 'now()' }) requested_at: Date;
}
