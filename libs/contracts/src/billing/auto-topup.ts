import { Empty } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, Instant, Int, Nullable, Optional, Text } from '../fields.js';
import { PaymentMethodNotFound } from './payment.js';
import { PROVIDER_PROBLEMS, PriceMismatch } from './topup.js';

/** When and how a wallet fills itself. Clients refuse any other key. */
export class AutoTopup {
  @Bool() enabled!: boolean;
  @Int({ description: 'Of `recharge_tokens`: a charge that leaves fewer credits than this many percent starts a top-up.' })
  threshold_pct!: number;
  @Int({ description: 'Credits that each top-up brings.' }) recharge_tokens!: number;
  @Int({ description: 'What they cost, in US cents.' }) recharge_cents!: number;
  @Text({ description: 'The saved method that is charged; empty for the default one.' }) payment_method_id!: string;
}

/** The settings, and what has come of them. */
export class AutoTopupState extends AutoTopup {
  @Int({ description: 'The balance below which a charge starts a top-up.' }) threshold_tokens!: number;
  @Int({ description: 'What automatic top-ups may cost in a calendar month (UTC): ten of them, unless told.' }) monthly_cap_cents!: number;
  @Int() spent_this_month_cents!: number;
  @Nullable()
  @Text({
    description: 'Why it was switched off by itself: `declined`, `requires_action`, `no_payment_method`, `provider_away`, `disputed`.',
  })
  off_reason!: string | null;
  @Nullable() @Instant({ description: 'When the newest automatic top-up was credited.' }) last_topup_at!: Date | null;
}

export class UpdateAutoTopup {
  @Bool() enabled!: boolean;
  @Int({ min: 1, max: 50 }) threshold_pct!: number;
  @Int({ min: 1, max: 1_000_000_000 }) recharge_tokens!: number;
  @Text({ max: 255 }) payment_method_id: string = '';
  @Optional() @Int({ min: 1, max: 100_000_000, description: 'Left out, it stays as it is.' }) monthly_cap_cents?: number;
}

/** Told when it is set, switched off by itself, or has reached the month's cap. */
export class AutoTopupChanged {
  @Text() tenant_id!: string;
  @Text() user_id!: string;
  @Bool() enabled!: boolean;
  @Text({ example: 'declined', description: '`settings`, `monthly_cap`, or why it was switched off.' }) reason!: string;
}

export const autoTopupMembers = {
  getAutoTopup: operation('Read how your wallet fills itself', { input: Empty, output: AutoTopup, scope: 'billing:read' }),
  getAutoTopupState: operation('Read how your wallet fills itself, and what has come of it', {
    input: Empty,
    output: AutoTopupState,
    scope: 'billing:read',
  }),
  updateAutoTopup: operation('Set how your wallet fills itself', {
    input: UpdateAutoTopup,
    output: AutoTopupState,
    problems: [PriceMismatch, PaymentMethodNotFound, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),

  autoTopupChanged: event(AutoTopupChanged),
};
