import { CommaList, Int, OneOf, Optional, Text } from '@skep/contracts';
import { ServiceConfig, type SettingFault } from '@skep/platform';

/** @throws Error unless the entry looks like a signing secret of Stripe. */
function readWebhookSecret(entry: string): string {
  if (!entry.startsWith('whsec_')) throw new Error('must be a webhook signing secret of Stripe, which begins with whsec_');
  return entry;
}

/** The settings of billing. */
export class BillingConfig extends ServiceConfig {
  @Optional()
  @OneOf(['off', 'sandbox', 'stripe'], {
    example: 'off',
    description:
      'Payment provider: off, the built-in sandbox (no real payments), or stripe (needs the keys). The default is stripe if its keys are set, else sandbox.',
  })
  SKEP_PAYMENTS?: string;
  @Optional() @Text({ example: 'sk_live_…', description: 'Secret API key of Stripe.' }) STRIPE_SECRET_KEY?: string;
  @Optional()
  @Text({ example: 'pk_live_…', description: 'Publishable API key of Stripe, sent to clients.' })
  STRIPE_PUBLISHABLE_KEY?: string;
  @CommaList({
    entry: readWebhookSecret,
    example: 'whsec_…',
    description: 'Signing secrets of the Stripe webhook, separated by commas. List two while you rotate the secret.',
  })
  STRIPE_WEBHOOK_SECRET: string[] = [];
  @Text({ pattern: /^https?:\/\/[^/]+\/?$/, description: 'Base URL of the Stripe API.' }) STRIPE_API_BASE: string =
    'https://api.stripe.com';
  @Int({ min: 50, max: 8_000, description: 'Timeout of one call to Stripe; shorter if the caller’s deadline is.' })
  STRIPE_TIMEOUT_MS: number = 4_000;
  @Int({ min: 1, max: 1_000_000, description: 'Credits per US dollar, for top-ups and payouts.' }) SKEP_TOPUP_TOKENS_PER_DOLLAR: number =
    1_000;
  @Int({ min: 1, max: 100_000_000, description: 'Smallest top-up, in US cents.' }) SKEP_TOPUP_MIN_CENTS: number = 100;
  @Int({ min: 1, max: 100_000_000, description: 'Largest top-up, in US cents.' }) SKEP_TOPUP_MAX_CENTS: number = 100_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often overdue holds are expired.' }) SKEP_HOLD_EXPIRY_MS: number = 5_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often due automatic top-ups and unconfirmed payments are processed.' })
  SKEP_PAYMENTS_MS: number = 1_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often due plans are renewed.' }) SKEP_PLAN_RENEWAL_MS: number = 30_000;
  @Int({ min: 0, max: 60, description: 'Days for which a plan stays in effect after an unpaid renewal.' }) SKEP_PLAN_GRACE_DAYS: number = 7;
  @Int({ min: 1, max: 1_000_000_000, description: 'Minimum payout, in credits.' }) SKEP_PAYOUT_MIN_TOKENS: number = 10_000;

  /** The payment provider: SKEP_PAYMENTS, or else `stripe` if its key is set and `sandbox` if not. */
  get paymentProvider(): string {
    return this.SKEP_PAYMENTS ?? (this.STRIPE_SECRET_KEY ? 'stripe' : 'sandbox');
  }

  override notConfigured(): Record<string, readonly string[]> {
    return this.paymentProvider === 'stripe' ? {} : { payments: ['STRIPE_SECRET_KEY', 'STRIPE_PUBLISHABLE_KEY', 'STRIPE_WEBHOOK_SECRET'] };
  }

  override faults(): SettingFault[] {
    const production = this.NODE_ENV === 'production';
    const stripe = this.paymentProvider === 'stripe';
    const faults: SettingFault[] = [];
    const [secret, publishable] = [this.STRIPE_SECRET_KEY, this.STRIPE_PUBLISHABLE_KEY];
    if (production && this.paymentProvider === 'sandbox')
      faults.push({
        setting: 'SKEP_PAYMENTS',
        fault: 'needs a value: the sandbox is not allowed in production; set it to off to take no payments, or set the keys of Stripe',
      });
    if (!secret && (stripe || publishable))
      faults.push({ setting: 'STRIPE_SECRET_KEY', fault: 'is required with SKEP_PAYMENTS=stripe and with STRIPE_PUBLISHABLE_KEY' });
    if (!publishable && (stripe || secret))
      faults.push({ setting: 'STRIPE_PUBLISHABLE_KEY', fault: 'is required with SKEP_PAYMENTS=stripe and with STRIPE_SECRET_KEY' });
    if (production && stripe && !this.STRIPE_WEBHOOK_SECRET.length)
      faults.push({ setting: 'STRIPE_WEBHOOK_SECRET', fault: 'is required in production: it verifies the webhooks of Stripe' });
    return faults;
  }
}
