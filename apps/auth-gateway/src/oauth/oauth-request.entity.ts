import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * An authorization request of an OAuth client (RFC 6749 §4.1). It belongs to one browser. A user signs in and consents, which gives the code;
 * the client exchanges the code, which gives the session. A used code stays for a day, so that a second use is detected.
 */
@Entity('oauth_request')
@Index('oauth_request_code', ['code_hash'], { unique: true })
@Index('oauth_request_account', ['account_id'])
@Index('oauth_request_expires', ['expires_at'])
export class OauthRequestEntity {
  /** SHA-256 of the secret in the forms. */
  @PrimaryColumn('bytea') request_hash: Buffer;
  /** SHA-256 of the secret in the cookie. */
  @Column('bytea') browser_hash: Buffer;
  @Column('text') client_id: string;
  @Column('text') client_name: string;
  @Column('text') redirect_uri: string;
  @Column('text', { nullable: true }) state: string | null;
  /** SHA-256 of the code verifier, base64url (RFC 7636). */
  @Column('text') code_challenge: string;
  @Column('text') resource: string;
  /** Separated by spaces. */
  @Column('text') scope: string;
  /** Whether a former consent does not suffice. */
  @Column('boolean') asks_consent: boolean;
  /** The user who signed in. */
  @Column('text', { nullable: true }) account_id: string | null;
  @Column('text', { nullable: true }) tenant_id: string | null;
  /** SHA-256 of the password hash at the sign-in. The request is void once the password changes. */
  @Column('bytea', { nullable: true }) proof: Buffer | null;
  /** SHA-256 of the authorization code. */
  @Column('bytea', { nullable: true }) code_hash: Buffer | null;
  /** The session that the code gave. */
  @Column('text', { nullable: true }) session_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  /** The end of the request or, once there is a code, of the code. */
  @Column('timestamptz') expires_at: Date;
}
