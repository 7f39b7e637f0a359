import { Int, Optional, Text } from '@skep/contracts';
import { Database, type Log, LOG, ServiceConfig } from '@skep/platform';
import { Module } from '@nestjs/common';
import { ExpireHolds } from './hold/expire-holds.js';
import { HoldHandlers } from './hold/hold.handlers.js';
import { HoldRepository } from './hold/hold.repository.js';
import { PlanHandlers } from './plan/plan.handlers.js';
import { ConfirmTopup } from './topup/confirm-topup.js';
import { CustomerRepository } from './payment/customer.repository.js';
import { openPaymentProvider, PaymentProvider } from './payment/payment-provider.js';
import { PaymentRepository } from './payment/payment.repository.js';
import { Prices } from './topup/prices.js';
import { StartTopup } from './topup/start-topup.js';
import { TopupHandlers } from './topup/topup.handlers.js';
import { UsageHandlers } from './usage/usage.handlers.js';
import { UsageRepository } from './usage/usage.repository.js';
import { WalletHandlers } from './wallet/wallet.handlers.js';
import { WalletRepository } from './wallet/wallet.repository.js';

export class BillingConfig extends ServiceConfig {
  @Optional() @Text({ description: 'Without it the built-in sandbox takes payments, which are not real.' }) STRIPE_SECRET_KEY?: string;
  @Optional() @Text() STRIPE_PUBLISHABLE_KEY?: string;
  @Text({ pattern: /^https?:\/\/[^/]+\/?$/ }) STRIPE_API_BASE: string = 'https://api.stripe.com';
  @Int({ min: 50, max: 8_000, description: 'How long one call of Stripe may take.' }) STRIPE_TIMEOUT_MS: number = 4_000;
  @Int({ min: 1, max: 1_000_000 }) SKEP_TOPUP_TOKENS_PER_DOLLAR: number = 1_000;
  @Int({ min: 1, max: 100_000_000 }) SKEP_TOPUP_MIN_CENTS: number = 100;
  @Int({ min: 1, max: 100_000_000 }) SKEP_TOPUP_MAX_CENTS: number = 100_000;
  @Int({ min: 10, max: 3_600_000, description: 'How often forgotten holds are given back.' }) SKEP_HOLD_EXPIRY_MS: number = 5_000;
}

@Module({
  controllers: [WalletHandlers, PlanHandlers, UsageHandlers, TopupHandlers, HoldHandlers],
  providers: [
    WalletRepository,
    UsageRepository,
    PaymentRepository,
    CustomerRepository,
    HoldRepository,
    StartTopup,
    ConfirmTopup,
    {
      provide: ExpireHolds,
      inject: [HoldRepository, BillingConfig, LOG],
      useFactory: (holds: HoldRepository, config: BillingConfig, log: Log) => new ExpireHolds(holds, config.SKEP_HOLD_EXPIRY_MS, log),
    },
    { provide: Prices, inject: [BillingConfig], useFactory: (config: BillingConfig) => new Prices(config) },
    {
      provide: PaymentProvider,
      inject: [BillingConfig, CustomerRepository, Database, LOG],
      useFactory: openPaymentProvider,
    },
  ],
})
export class BillingModule {}
