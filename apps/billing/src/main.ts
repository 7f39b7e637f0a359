import { billing } from '@skep/contracts';
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
import { Plans1763769600100 } from './migrations/1-plans.js';
import { Ledger1763769600101 } from './migrations/2-ledger.js';
import { Payments1763769600102 } from './migrations/3-payments.js';
import { Commands1763769600103 } from './migrations/4-commands.js';
import { CheckLedger1763769600104 } from './migrations/5-check-ledger.js';
import { Usage1763769600105 } from './migrations/6-usage.js';
import { Holds1763769600106 } from './migrations/7-holds.js';
import { HoldCommands1763769600107 } from './migrations/8-hold-commands.js';
import { CheckHolds1763769600108 } from './migrations/9-check-holds.js';
import { LedgerChecks1763769600110 } from './migrations/10-ledger-checks.js';
import { PlaceHolds1763769600111 } from './migrations/11-place-holds.js';
import { EndHolds1763769600112 } from './migrations/12-end-holds.js';
import { CommandRights1763769600113 } from './migrations/13-command-rights.js';
import { Subscriptions1763769600120 } from './migrations/20-subscriptions.js';
import { Profiles1763769600121 } from './migrations/21-profiles.js';
import { SubscriptionCommandRights1763769600127 } from './migrations/14-subscription-command-rights.js';
import { UsageLimits1763769600150 } from './migrations/22-usage-limits.js';
import { CallCharges1763769600151 } from './migrations/23-call-charges.js';
import { AdmitCalls1763769600152 } from './migrations/24-admit-calls.js';
import { PaymentCustomers1763769600130 } from './migrations/30-payment-customers.js';
import { AutoTopup1763769600131 } from './migrations/31-auto-topup.js';
import { PaymentEvents1763769600132 } from './migrations/32-payment-events.js';
import { PlanEntity } from './plan/plan.entity.js';
import { BillingProfileEntity } from './profile/profile.entity.js';
import { PlanChargeEntity } from './subscription/plan-charge.entity.js';
import { SubscriptionEntity } from './subscription/subscription.entity.js';
import { PaymentDisputeEntity } from './payment/payment-dispute.entity.js';
import { PaymentEventEntity } from './payment/payment-event.entity.js';
import { PaymentCustomerEntity } from './payment/payment-customer.entity.js';
import { PaymentEntity } from './payment/payment.entity.js';
import { SandboxCardEntity } from './payment/sandbox-card.entity.js';
import { Reversals1763769600140 } from './migrations/40-reversals.js';
import { Payouts1763769600141 } from './migrations/41-payouts.js';
import { Tiers1763769600142 } from './migrations/42-tiers.js';
import { Erasure1763769600143 } from './migrations/43-erasure.js';
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
  migrations: [
    Plans1763769600100,
    Ledger1763769600101,
    Payments1763769600102,
    Commands1763769600103,
    CheckLedger1763769600104,
    Usage1763769600105,
    Holds1763769600106,
    HoldCommands1763769600107,
    CheckHolds1763769600108,
    LedgerChecks1763769600110,
    PlaceHolds1763769600111,
    EndHolds1763769600112,
    CommandRights1763769600113,
    Subscriptions1763769600120,
    Profiles1763769600121,
    SubscriptionCommandRights1763769600127,
    UsageLimits1763769600150,
    CallCharges1763769600151,
    AdmitCalls1763769600152,
    PaymentCustomers1763769600130,
    AutoTopup1763769600131,
    PaymentEvents1763769600132,
    Reversals1763769600140,
    Payouts1763769600141,
    Tiers1763769600142,
    Erasure1763769600143,
  ],
};

export const start = (env: Env) => serve(service, env);

if (import.meta.main) await runProcess(start);
