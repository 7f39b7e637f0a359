import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Tokens to revoke at their provider. It names no user: they may be erased meanwhile. */
@Entity('oauth_revocation')
@Index('oauth_revocation_requested', ['requested_at'])
@Index('oauth_revocation_owner', ['owner'])
export class RevocationEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  /** Empty for what the installation itself was granted. */
  @Column('text') app_id: string;
  @Column('text') provider: string;
  @Column('text') client_id: string;
  /** `GrantedTokens` as JSON. */
  @Sealed() granted: string;
  /** A hash of their owner, for the caller who waits until they are revoked. Empty if no one does. */
  @Column('text', { default: '' }) owner: string;
  @Column('timestamptz', { default: () => 'now()' }) requested_at: Date;
}
