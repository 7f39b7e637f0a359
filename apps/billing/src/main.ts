import { billing } from '@skep/contracts/billing';
import { type Env, runService, serve, type Service } from '@skep/platform';
import { AutoTopupModule } from './auto-topup/auto-topup.module.js';
import { BillingConfig } from './billing.config.js';
import { BudgetModule } from './budget/budget.module.js';
import { EarningsModule } from './earnings/earnings.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HoldModule } from './hold/hold.module.js';
import { InvoiceModule } from './invoice/invoice.module.js';
import { LedgerModule } from './ledger/ledger.module.js';
import { PaymentEventModule } from './payment-event/payment-event.module.js';
import { PaymentMethodModule } from './payment-method/payment-method.module.js';
import { PaymentModule } from './payment/payment.module.js';
import { PayoutModule } from './payout/payout.module.js';
import { PlanModule } from './plan/plan.module.js';
import { PricingModule } from './pricing/pricing.module.js';
import { ProfileModule } from './profile/profile.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { SubscriptionModule } from './subscription/subscription.module.js';
import { TierModule } from './tier/tier.module.js';
import { TopupModule } from './topup/topup.module.js';
import { UsageModule } from './usage/usage.module.js';
import { WalletModule } from './wallet/wallet.module.js';

export const service: Service = {
  name: 'billing',
  contract: billing,
  config: BillingConfig,
  modules: [
    ...[LedgerModule, PricingModule, PlanModule, WalletModule, BudgetModule, HoldModule, UsageModule],
    ...[PaymentModule, InvoiceModule, TopupModule, AutoTopupModule],
    ...[PaymentMethodModule, PaymentEventModule, SubscriptionModule, ProfileModule],
    ...[EarningsModule, TierModule, PayoutModule, ReconciliationModule, ErasureModule],
  ],
  main: import.meta.url,
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runService(service);
