import { Conflict } from '@skep/contracts';
import { billing, type StripeConfig, type UpdateStripeConfig } from '@skep/contracts/billing';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { BillingConfig } from '../billing.config.js';

const MASK = '****';
const mask = (secret: string | undefined) => (secret ? `${MASK}${secret.length >= 16 ? secret.slice(-4) : ''}` : '');

/** How Stripe is used. Its keys are settings of the installation, so that no request can redirect payments. */
@Handlers()
export class StripeConfigHandlers {
  constructor(private readonly config: BillingConfig) {}

  @Handle(billing.getStripeConfig)
  getStripeConfig(): StripeConfig {
    const { paymentProvider: payments, STRIPE_PUBLISHABLE_KEY, STRIPE_SECRET_KEY, STRIPE_WEBHOOK_SECRET } = this.config;
    return {
      ...{ payments, enabled: payments === 'stripe', publishable_key: STRIPE_PUBLISHABLE_KEY ?? '' },
      ...{ secret_key: mask(STRIPE_SECRET_KEY), webhook_secret: mask(STRIPE_WEBHOOK_SECRET[0]) },
    };
  }

  @Handle(billing.updateStripeConfig)
  updateStripeConfig(_: Ctx, { enabled, publishable_key, secret_key, webhook_secret }: UpdateStripeConfig): StripeConfig {
    const { STRIPE_SECRET_KEY = '', STRIPE_WEBHOOK_SECRET } = this.config;
    const current = this.getStripeConfig();
    const differs = (given: string | undefined, ...accepted: string[]) =>
      given !== undefined && !given.startsWith(MASK) && !accepted.includes(given);
    if (
      (enabled ?? current.enabled) !== current.enabled ||
      differs(publishable_key, current.publishable_key) ||
      differs(secret_key, STRIPE_SECRET_KEY) ||
      differs(webhook_secret, STRIPE_WEBHOOK_SECRET[0] ?? '', ...STRIPE_WEBHOOK_SECRET)
    )
      throw Conflict('Stripe is configured by the operator: set SKEP_PAYMENTS, STRIPE_SECRET_KEY and its neighbours, and restart.');
    return current;
  }
}
