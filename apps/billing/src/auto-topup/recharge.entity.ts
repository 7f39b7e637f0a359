import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One automatic top-up, requested by a charge that left a wallet below its threshold, with the settings of that moment. */
@Entity('recharge')
@Index('recharge_open', { synchronize: false })
@Index('recharge_due', { synchronize: false })
@Check('recharge_status', `status in ('due', 'done', 'failed', 'dropped') and (status = 'due') = (ended_at is null)`)
export class RechargeEntity {
  /** `rch_…`; also the provider's idempotency key for the payment. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('bigint') tokens: number;
  @Column('bigint') price_cents: number;
  @Column('text') payment_method_id: string;
  /** `due`, then `done`, `failed`, or `dropped` because it is no longer wanted. */
  @Column('text', { default: 'due' }) status: string;
  @Column('text', { nullable: true }) reason: string | null;
  /** Tries to charge the card. */
  @Column('integer', { default: 0 }) attempts: number;
  /** Time of the next try. A claim moves it past the time that the try can take. */
  @Column('timestamptz', { default: () => 'now()' }) due_at: Date;
  @Column('text', { nullable: true }) payment_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
