import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** A developer's payout. Its reserved credits are in its parts; change_payout_status defines the status transitions. */
@Entity('payout')
@Index('payout_owner', ['tenant_id', 'developer_id', 'id'])
@Index('payout_queue', ['status', 'id'])
@Check('payout_amount', 'amount_tokens > 0')
@Check(
  'payout_status',
  `status in ('pending', 'approved', 'paid', 'rejected') and (status = 'pending') = (processed_at is null)
   and (status = 'paid') = (reference is not null)`,
)
export class PayoutEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  /** The developer's own tenant. */
  @Column('text') tenant_id: string;
  @Column('text') developer_id: string;
  @Column('bigint') amount_tokens: number;
  /** US dollars, at the rate at the time of the request. */
  @Column('text') amount_usd: string;
  @Column('text', { default: 'pending' }) status: 'pending' | 'approved' | 'paid' | 'rejected';
  @Column('text') method: string;
  /** Identifies the transfer at the bank or payment service. */
  @Column('text', { nullable: true }) reference: string | null;
  @Column('text', { nullable: true }) notes: string | null;
  @Column('text', { nullable: true }) admin_note: string | null;
  @Column('timestamptz', { default: () => 'now()' }) requested_at: Date;
  @Column('timestamptz', { nullable: true }) processed_at: Date | null;
  @Column('text', { nullable: true }) processed_by: string | null;
}
