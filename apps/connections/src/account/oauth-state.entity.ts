import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A connection that a user has started. It is deleted before its code is exchanged, so that its `state` works once. */
@Entity('oauth_state')
@Index('oauth_state_expired', ['expires_at'])
export class OAuthStateEntity {
  /** SHA-256 of `state`. */
  @PrimaryColumn('text') hash: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  /** Of the user, for `confirmConnection`. */
  @Column('text', { default: '' }) email: string;
  @Column('text') app_id: string;
  @Column('text') provider: string;
  @Column('text', { array: true }) scopes: string[];
  @Column('text') redirect_uri: string;
  @Column('text', { nullable: true }) return_to: string | null;
  @Sealed() code_verifier: string;
  @Column('timestamptz') expires_at: Date;
}
