import { billing } from '@skep/contracts/billing';
import { type Env, runProcess, serve, type Service } from '@skep/platform';
import { BillingConfig } from './billing.config.js';
import { BillingModule } from './billing.module.js';
import { AutoTopupEntity } from './auto-topup/auto-topup.entity.js';
import { RechargeEntity } from './auto-topup/recharge.entity.js';
import { CallReversalEntity } from './earnings/call-reversal.entity.js';
import { CallChargeEntity } from './hold/call-charge.entity.js';
import { DebtEntity } from './hold/debt.entity.js';
import { HoldEntity } from './hold/hold.entity.js';
import { LedgerAccountEntity } from './ledger/ledger-account.entity.js';
import { LedgerEntryEntity } from './ledger/ledger-entry.entity.js';
import { LedgerTransactionEntity } from './ledger/ledger-transaction.entity.js';
import { Baseline1763769600100 } from './migrations/1-baseline.js';
import { PlanEntity } from './plan/plan.entity.js';
import { BillingProfileEntity } from './profile/profile.entity.js';
import { PlanChargeEntity } from './subscription/plan-charge.entity.js';
import { SubscriptionEntity } from './subscription/subscription.entity.js';
import { PaymentDisputeEntity } from './payment/payment-dispute.entity.js';
import { PaymentEventEntity } from './payment/payment-event.entity.js';
import { PaymentCustomerEntity } from './payment/payment-customer.entity.js';
import { PaymentEntity } from './payment/payment.entity.js';
import { SandboxCardEntity } from './payment/sandbox-card.entity.js';
import { PayoutPartEntity } from './payout/payout-part.entity.js';
import { PayoutEntity } from './payout/payout.entity.js';
import { DeveloperTierEntity } from './tier/developer-tier.entity.js';
import { UsageEventEntity } from './usage/usage-event.entity.js';
import { UsageCounterEntity } from './usage/usage-counter.entity.js';
import { WalletEntity } from './wallet/wallet.entity.js';

export const service: Service = {
  name: 'billing',
  contract: billing,
  config: BillingConfig,
  module: BillingModule,
  entities: [
    PlanEntity,
    LedgerAccountEntity,
    WalletEntity,
    LedgerTransactionEntity,
    LedgerEntryEntity,
    PaymentEntity,
    UsageCounterEntity,
    UsageEventEntity,
    HoldEntity,
    DebtEntity,
    CallChargeEntity,
    PaymentCustomerEntity,
    PaymentEventEntity,
    PaymentDisputeEntity,
    AutoTopupEntity,
    RechargeEntity,
    SandboxCardEntity,
    SubscriptionEntity,
    PlanChargeEntity,
    BillingProfileEntity,
    CallReversalEntity,
    PayoutEntity,
    PayoutPartEntity,
    DeveloperTierEntity,
  ],
  readOnly: [
    LedgerAccountEntity,
    LedgerTransactionEntity,
    LedgerEntryEntity,
    WalletEntity,
    HoldEntity,
    DebtEntity,
    CallChargeEntity,
    CallReversalEntity,
    PayoutEntity,
    PayoutPartEntity,
  ],
  migrations: [Baseline1763769600100],
  sql: new URL('../sql/', import.meta.url),
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
