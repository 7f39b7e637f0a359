import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Who has signed in at an identity provider, as its ID token says. */
export interface Person {
  subject: string;
  email: string;
  groups: string[];
  attributes: Record<string, string>;
}

/**
 * What can be done next with a secret, once: with a state the provider sends the browser back, with a code the client gets tokens, with a link token
 * the owner of an account links the person.
 */
export type SignInStep = 'state' | 'code' | 'link';

/** A sign-in at an identity provider that is not finished. */
@Entity('sign_in')
@Index('sign_in_expires', ['expires_at'])
@Index('sign_in_provider', ['provider_id'])
export class SignInEntity {
  /** SHA-256 of the state, code or link token. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('text') step: SignInStep;
  @Column('text') tenant_id: string;
  @Column('text') provider_id: string;
  /** As it was given at first, later as the provider says. */
  @Column('text') email: string;
  @Column('text') code_challenge: string;
  @Column('text') return_to: string;
  @Column('text') nonce: string;
  /** For the provider. */
  @Column('text') code_verifier: string;
  /** Null until the provider has said it. */
  @Column('jsonb', { nullable: true }) person: Person | null;
  @Column('timestamptz') expires_at: Date;
}
