import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Earnings that a developer wants to have paid out. What it reserves stands in its parts. Which status follows which: move_payout. */
@Entity('payout')
@Index('payout_of', ['tenant_id', 'developer_id', 'id'])
@Index('payout_queue', ['status', 'id'])
@Check('payout_amount', 'amount_tokens > 0')
@Check(
  'payout_status',
  `status in ('pending', 'approved', 'paid', 'rejected') and (status = 'pending') = (processed_at is null)
   and (status = 'paid') = (reference is not null)`,
)
export class PayoutEntity {
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'ALWAYS' }) id: number;
  /** Where the developer is at home. */
  @Column('text') tenant_id: string;
  @Column('text') developer_id: string;
  @Column('bigint') amount_tokens: number;
  /** US dollars and cents at the rate of the request. */
  @Column('text') amount_usd: string;
  @Column('text', { default: 'pending' }) status: 'pending' | 'approved' | 'paid' | 'rejected';
  @Column('text') method: string;
  /** Names the payment outside. */
  @Column('text', { nullable: true }) reference: string | null;
  @Column('text', { nullable: true }) notes: string | null;
  @Column('text', { nullable: true }) admin_note: string | null;
  @Column('timestamptz', { default: () => 'now()' }) requested_at: Date;
  @Column('timestamptz', { nullable: true }) processed_at: Date | null;
  @Column('text', { nullable: true }) processed_by: string | null;
}
