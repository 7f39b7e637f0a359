import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A charge has left a wallet low: what is to be bought for it, on the settings of that moment. */
@Entity('recharge')
@Index('recharge_open', { synchronize: false })
@Index('recharge_due', { synchronize: false })
@Check('recharge_status', `status in ('due', 'done', 'failed', 'dropped') and (status = 'due') = (ended_at is null)`)
export class RechargeEntity {
  /** `rch_…`, to the provider the idempotency key of the payment. */
  @PrimaryColumn('text') id: string;
  @Column('text') tenant_id: string;
  @Column('text') user_id: string;
  @Column('bigint') tokens: number;
  @Column('bigint') price_cents: number;
  @Column('text') payment_method_id: string;
  /** `due`, then `done`, `failed`, or `dropped` because it was not wanted any more. */
  @Column('text', { default: 'due' }) status: string;
  @Column('text', { nullable: true }) reason: string | null;
  /** How often the provider was asked. */
  @Column('int', { default: 0 }) attempts: number;
  /** When to ask next; while one instance asks, later than it can take. */
  @Column('timestamptz', { default: () => 'now()' }) due_at: Date;
  @Column('text', { nullable: true }) payment_id: string | null;
  @Column('timestamptz', { default: () => 'now()' }) created_at: Date;
  @Column('timestamptz', { nullable: true }) ended_at: Date | null;
}
