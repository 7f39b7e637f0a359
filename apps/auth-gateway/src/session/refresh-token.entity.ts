import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A refresh token of a session. Used tokens stay until the session is deleted, so that a reused one is detected. */
@Entity('refresh_token')
@Index('refresh_token_session', ['session_id'])
export class RefreshTokenEntity {
  /** SHA-256 of the token. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('text') session_id: string;
  @Column('timestamptz', { nullable: true }) used_at: Date | null;
  /** The client that used it: SHA-256 of its network and `User-Agent`; see refresh-session.ts. */
  @Column('bytea', { nullable: true }) used_by: Buffer | null;
  /** The hash of the token that it was exchanged for. */
  @Column('bytea', { nullable: true }) successor_hash: Buffer | null;
}
