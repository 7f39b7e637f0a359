import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a visitor, who has no account here, was asked for and has granted for one purpose. */
@Entity('visitor_grant')
@Index('visitor_grant_state', ['state_hash'], { unique: true })
@Index('visitor_grant_expired', ['expires_at'])
export class VisitorGrantEntity {
  @PrimaryColumn('text') purpose_id: string;
  @Column('text') provider: string;
  /** SHA-256 of `state`. Null once it was used. */
  @Column('text', { nullable: true }) state_hash: string | null;
  @Column('text') redirect_uri: string;
  @Sealed() code_verifier: string;
  /** `Tokens` as JSON. Null until the visitor has agreed. */
  @Sealed({ nullable: true }) tokens: string | null;
  /** When the access token expires. */
  @Column('timestamptz', { nullable: true }) token_expires_at: Date | null;
  @Column('timestamptz', { nullable: true }) refreshing_until: Date | null;
  /** Counts tokens. */
  @Column('integer', { default: 0 }) version: number;
  /** When the question or the grant is forgotten. */
  @Column('timestamptz') expires_at: Date;
}
