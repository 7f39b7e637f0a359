import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call token that was used and has not expired: it cannot be used again. */
@Entity('used_call_token')
@Index('used_call_token_expired', ['expires_at'])
export class UsedCallTokenEntity {
  @PrimaryColumn('text') jti: string;
  @Column('timestamptz') expires_at: Date;
}
