import type { ConfirmationKind, ConfirmationStatus } from '@skep/contracts/kernel';
import { Sealed } from '@skep/platform';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call that waits for its user, or did. */
@Entity('confirmation')
@Index('confirmation_pending', { synchronize: false })
@Index('confirmation_expired', ['expires_at'])
@Index('confirmation_trace', { synchronize: false })
export class ConfirmationEntity {
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('text') kind: ConfirmationKind;
  /** A `pending` one whose time is over has expired. */
  @Column('text', { default: 'pending' }) status: ConfirmationStatus;
  @Column('text') app_id: string;
  /** The release that it was shown for; null for a built-in extension. */
  @Column('integer', { nullable: true }) revision: number | null;
  @Column('text') function: string;
  @Column('text') action_type: string;
  /** The JSON that will run. */
  @Sealed() params: string;
  @Column('text') params_hash: string;
  @Column('text') summary: string;
  /** Of the call that waits: it continues there. Null for those of before there were traces. */
  @Column('text', { nullable: true }) trace_id: string | null;
  @Column('text', { nullable: true }) cause_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz') expires_at: Date;
  @Column('timestamptz', { nullable: true }) decided_at: Date | null;
  /** The `CallResult` as JSON; null until the call has run. */
  @Sealed({ nullable: true }) result: string | null;
}
