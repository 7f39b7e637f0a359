import type { Database, Log } from '@skep/platform';
import type { BillingConfig } from '../billing.config.js';
import type { CustomerRepository } from './customer.repository.js';
import type { PaymentProvider } from './payment-provider.js';

/** Opens the configured provider. Each is loaded only when used, because Stripe's library is large. */
export async function openPaymentProvider(
  config: BillingConfig,
  customers: CustomerRepository,
  db: Database,
  log: Log,
): Promise<PaymentProvider> {
  switch (config.paymentProvider) {
    case 'off': {
      const { OffProvider } = await import('./off-provider.js');
      return new OffProvider(customers, log);
    }
    case 'stripe': {
      const { StripeProvider } = await import('./stripe-provider.js');
      return new StripeProvider(config, customers, log);
    }
    default: {
      const { SandboxProvider } = await import('./sandbox-provider.js');
      return new SandboxProvider(db);
    }
  }
}
