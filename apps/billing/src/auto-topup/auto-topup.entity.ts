import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A user's settings for automatic top-ups. */
@Entity('auto_topup')
@Check('auto_topup_threshold', 'threshold_pct between 1 and 50')
@Check('auto_topup_price', 'recharge_tokens > 0 and recharge_cents > 0 and monthly_cap_cents > 0')
export class AutoTopupEntity {
  @PrimaryColumn('text') tenant_id: string;
  @PrimaryColumn('text') user_id: string;
  @Column('boolean') enabled: boolean;
  @Column('integer') threshold_pct: number;
  @Column('bigint') recharge_tokens: number;
  /** US cents; the price that the user agreed to. */
  @Column('bigint') recharge_cents: number;
  /** '' means the default method. */
  @Column('text', { default: '' }) payment_method_id: string;
  /** US cents; null means ten recharges. */
  @Column('bigint', { nullable: true }) monthly_cap_cents: number | null;
  /** Why it was disabled automatically; null otherwise. */
  @Column('text', { nullable: true }) off_reason: string | null;
}
