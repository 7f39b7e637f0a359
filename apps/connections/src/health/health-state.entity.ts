import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A connection that a person has started. It is deleted before its code is exchanged, so that its `state` works once. */
@Entity('health_state')
@Index('health_state_expired', ['expires_at'])
export class HealthStateEntity {
  /** SHA-256 of `state`. */
  @PrimaryColumn('text') hash: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') provider: string;
  @Column('text', { array: true }) scopes: string[];
  @Column('text') redirect_uri: string;
  @Column('text') return_to: string;
  @Sealed() code_verifier: string;
  @Column('timestamptz') expires_at: Date;
}
