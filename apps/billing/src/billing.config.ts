import { CommaList, Int, OneOf, Optional, Text } from '@skep/contracts';
import { ServiceConfig, type SettingFault } from '@skep/platform';

/** @throws Error for what Stripe never makes */
function readWebhookSecret(entry: string): string {
  if (!entry.startsWith('whsec_')) throw new Error('must be a signing secret of Stripe, which begins with whsec_');
  return entry;
}

export class BillingConfig extends ServiceConfig {
  @Optional()
  @OneOf(['off', 'sandbox', 'stripe'], {
    example: 'off',
    description: 'Who takes payments: nobody, the built-in sandbox, whose payments are not real, or Stripe, where its keys are set.',
  })
  SKEP_PAYMENTS?: string;
  @Optional() @Text({ example: 'sk_live_…' }) STRIPE_SECRET_KEY?: string;
  @Optional() @Text({ example: 'pk_live_…' }) STRIPE_PUBLISHABLE_KEY?: string;
  @CommaList({
    entry: readWebhookSecret,
    example: 'whsec_…',
    description: 'What Stripe signs its messages with; several while one replaces another.',
  })
  STRIPE_WEBHOOK_SECRET: string[] = [];
  @Text({ pattern: /^https?:\/\/[^/]+\/?$/ }) STRIPE_API_BASE: string = 'https://api.stripe.com';
  @Int({ min: 50, max: 8_000, description: 'How long one call of Stripe may take.' }) STRIPE_TIMEOUT_MS: number = 4_000;
  @Int({ min: 1, max: 1_000_000 }) SKEP_TOPUP_TOKENS_PER_DOLLAR: number = 1_000;
  @Int({ min: 1, max: 100_000_000 }) SKEP_TOPUP_MIN_CENTS: number = 100;
  @Int({ min: 1, max: 100_000_000 }) SKEP_TOPUP_MAX_CENTS: number = 100_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often forgotten holds are given back.' }) SKEP_HOLD_EXPIRY_MS: number = 5_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often wallets that ran low and payments that nobody confirmed are looked for.' })
  SKEP_PAYMENTS_MS: number = 1_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often it is looked which plans are due.' }) SKEP_PLAN_RENEWAL_MS: number = 30_000;
  @Int({ min: 0, max: 60, description: 'Days that a plan stays in effect when its renewal is not paid.' }) SKEP_PLAN_GRACE_DAYS: number = 7;
  @Int({ min: 1, max: 1_000_000_000, description: 'The least that a payout may ask for, in credits.' }) SKEP_PAYOUT_MIN_TOKENS: number =
    10_000;

  /** Who takes payments: as SKEP_PAYMENTS says; else Stripe where its key is set, and the sandbox where not. */
  get payments(): string {
    return this.SKEP_PAYMENTS ?? (this.STRIPE_SECRET_KEY ? 'stripe' : 'sandbox');
  }

  override faults(): SettingFault[] {
    const production = this.NODE_ENV === 'production';
    const stripe = this.payments === 'stripe';
    const faults: SettingFault[] = [];
    const [secret, publishable] = [this.STRIPE_SECRET_KEY, this.STRIPE_PUBLISHABLE_KEY];
    if (production && this.payments === 'sandbox')
      faults.push({
        setting: 'SKEP_PAYMENTS',
        fault: 'needs a value: in production there is no sandbox; set off to take no payments, or the keys of Stripe',
      });
    if (!secret && (stripe || publishable))
      faults.push({ setting: 'STRIPE_SECRET_KEY', fault: 'is required with SKEP_PAYMENTS=stripe and with STRIPE_PUBLISHABLE_KEY' });
    if (!publishable && (stripe || secret))
      faults.push({ setting: 'STRIPE_PUBLISHABLE_KEY', fault: 'is required with SKEP_PAYMENTS=stripe and with STRIPE_SECRET_KEY' });
    if (production && stripe && !this.STRIPE_WEBHOOK_SECRET.length)
      faults.push({ setting: 'STRIPE_WEBHOOK_SECRET', fault: 'is required in production: it verifies what Stripe reports of payments' });
    return faults;
  }
}
