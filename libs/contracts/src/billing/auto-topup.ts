import { Empty, IDS } from '../common.js';
import { event, operation } from '../define.js';
import { Bool, Instant, Int, Nullable, Optional, Shape, Text } from '../fields.js';
import { PaymentMethodNotFound } from './payment.js';
import { PlanFeatureMissing } from './plan.js';
import { PROVIDER_PROBLEMS, PriceMismatch } from './topup.js';

const THRESHOLD = {
  description: 'Percentage of `recharge_tokens`. A charge that leaves fewer credits than this starts a top-up.',
  example: 20,
};
const RECHARGE = { description: 'Credits of each top-up.', example: 5000 };
const METHOD = { description: 'Id of the saved method to charge; empty for the default method.', example: 'pm_1Q' };
const ENABLED = { description: 'Whether automatic top-ups are on.', example: true };

/** Existing clients reject any other field. */
@Shape('Settings of automatic top-ups.')
export class AutoTopup {
  @Bool(ENABLED) enabled!: boolean;
  @Int(THRESHOLD) threshold_pct!: number;
  @Int(RECHARGE) recharge_tokens!: number;
  @Int({ description: 'Price of each top-up in US cents.', example: 500 }) recharge_cents!: number;
  @Text(METHOD) payment_method_id!: string;
}

@Shape('Settings of automatic top-ups, and what they have done this month.')
export class AutoTopupState extends AutoTopup {
  @Int({ description: 'A charge that leaves a balance below this starts a top-up, in credits.', example: 1000 }) threshold_tokens!: number;
  @Int({
    description: 'Maximum price of all automatic top-ups of a calendar month (UTC), in US cents. Ten top-ups by default.',
    example: 5000,
  })
  monthly_cap_cents!: number;
  @Int({ description: 'Price of the automatic top-ups of this calendar month (UTC), in US cents.', example: 500 })
  spent_this_month_cents!: number;
  @Nullable()
  @Text({
    description:
      'Why Skep turned automatic top-ups off: `declined`, `requires_action`, `no_payment_method`, `provider_away`, `disputed`, or `plan` if your plan has no top-ups. Null while they are on, or when the user turned them off.',
  })
  off_reason!: string | null;
  @Nullable() @Instant({ description: 'When the last automatic top-up was credited; null before the first.' }) last_topup_at!: Date | null;
}

@Shape('New settings of automatic top-ups.')
export class UpdateAutoTopup {
  @Bool(ENABLED) enabled!: boolean;
  @Int({ min: 1, max: 50, ...THRESHOLD }) threshold_pct!: number;
  @Int({ min: 1, max: 1_000_000_000, ...RECHARGE }) recharge_tokens!: number;
  @Text({ max: 255, ...METHOD }) payment_method_id: string = '';
  @Optional()
  @Int({
    min: 1,
    max: 100_000_000,
    description: 'Maximum price of all automatic top-ups of a calendar month (UTC), in US cents. Unchanged if absent.',
    example: 5000,
  })
  monthly_cap_cents?: number;
}

@Shape('Automatic top-ups were set, turned off by Skep, or have reached the monthly cap.')
export class AutoTopupChanged {
  @Text(IDS.tenant) tenant_id!: string;
  @Text(IDS.user) user_id!: string;
  @Bool(ENABLED) enabled!: boolean;
  @Text({ description: '`settings`, `monthly_cap`, or why Skep turned them off.', example: 'declined' }) reason!: string;
}

export const autoTopupMembers = {
  getAutoTopup: operation('Read the settings of automatic top-ups', {
    description: 'Returns when your wallet is topped up, by how much and with which payment method.',
    input: Empty,
    output: AutoTopup,
    scope: 'billing:read',
  }),
  getAutoTopupState: operation('Read the state of automatic top-ups', {
    description: 'Returns the settings, the cost of this month and why automatic top-ups were turned off.',
    input: Empty,
    output: AutoTopupState,
    scope: 'billing:read',
  }),
  updateAutoTopup: operation('Update the settings of automatic top-ups', {
    description: 'Replaces the settings. Requires a saved payment method to turn automatic top-ups on.',
    input: UpdateAutoTopup,
    output: AutoTopupState,
    problems: [PriceMismatch, PaymentMethodNotFound, PlanFeatureMissing, ...PROVIDER_PROBLEMS],
    scope: 'billing:write',
    spansCalls: true,
  }),

  autoTopupChanged: event(AutoTopupChanged),
};
