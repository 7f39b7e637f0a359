import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One refresh token of a session. The used ones stay until the session is gone, so that a stolen one is known when it comes back. */
@Entity('refresh_token')
@Index('refresh_token_session', ['session_id'])
export class RefreshTokenEntity {
  /** SHA-256 of the token. */
  @PrimaryColumn('bytea') hash: Buffer;
  @Column('text') session_id: string;
  @Column('timestamptz', { nullable: true }) used_at: Date | null;
  /** Which client used it: SHA-256 of its network and the name of its program, see refresh.ts. */
  @Column('bytea', { nullable: true }) used_by: Buffer | null;
  /** The hash of the token it was traded for. */
  @Column('bytea', { nullable: true }) successor_hash: Buffer | null;
}
