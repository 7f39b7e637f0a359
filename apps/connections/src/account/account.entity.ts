import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A user's account at an OAuth provider, which one app may use. */
@Entity('oauth_account')
@Index('oauth_account_owner', ['tenant_id', 'user_id', 'provider', 'app_id'])
@Index('oauth_account_subject', ['provider', 'subject'])
@Index('oauth_account_mailbox', { synchronize: false })
export class AccountEntity {
  /** Follows from tenant, user, app, provider and subject: connecting an account again replaces its tokens. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') app_id: string;
  @Column('text') provider: string;
  /** The client that the provider granted the tokens to. */
  @Column('text', { default: '' }) client_id: string;
  /** Its id at the provider. */
  @Column('text') subject: string;
  @Column('text') email: string;
  @Column('text', { array: true }) scopes: string[];
  @Column('text') status: 'connected' | 'expired';
  /** `Tokens` as JSON. */
  @Sealed() tokens: string;
  @Column('timestamptz', { nullable: true }) expires_at: Date | null;
  /** Until when one process refreshes the tokens, and others wait. */
  @Column('timestamptz', { nullable: true }) refreshing_until: Date | null;
  @Column('timestamptz', { default: () => 'now()' }) connected_at: Date;
}
