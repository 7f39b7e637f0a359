import { kernel } from '@skep/contracts/kernel';
import { Aggregate, Database, LOG } from '@skep/platform';
import { BillingConfig } from './billing.config.js';
import { EarningsHandlers } from './earnings/earnings.handlers.js';
import { EarningsRepository } from './earnings/earnings.repository.js';
import { AutoTopupHandlers } from './auto-topup/auto-topup.handlers.js';
import { AutoTopupRepository } from './auto-topup/auto-topup.repository.js';
import { RechargeWallets } from './auto-topup/recharge-wallets.js';
import { UpdateAutoTopup } from './auto-topup/update-auto-topup.js';
import { ExpireHolds } from './hold/expire-holds.js';
import { HoldHandlers } from './hold/hold.handlers.js';
import { HoldRepository } from './hold/hold.repository.js';
import { DecidePayout } from './payout/decide-payout.js';
import { PayoutHandlers } from './payout/payout.handlers.js';
import { PayoutTerms } from './payout/payout-terms.js';
import { PayoutRepository } from './payout/payout.repository.js';
import { RequestPayout } from './payout/request-payout.js';
import { PlanHandlers } from './plan/plan.handlers.js';
import { ProfileHandlers } from './profile/profile.handlers.js';
import { Reconcile } from './reconciliation/reconcile.js';
import { ReconciliationHandlers } from './reconciliation/reconciliation.handlers.js';
import { ChangePlan } from './subscription/change-plan.js';
import { UpdateSubscription } from './subscription/update-subscription.js';
import { PayPlan } from './subscription/pay-plan.js';
import { RenewNow } from './subscription/renew-now.js';
import { RenewSubscriptions } from './subscription/renew-subscriptions.js';
import { SubscriptionHandlers } from './subscription/subscription.handlers.js';
import { SubscriptionRepository } from './subscription/subscription.repository.js';
import { TierHandlers } from './tier/tier.handlers.js';
import { TierRepository } from './tier/tier.repository.js';
import { ConfirmTopup } from './topup/confirm-topup.js';
import { CustomerRepository } from './payment/customer.repository.js';
import { openPaymentProvider } from './payment/open-payment-provider.js';
import { PaymentProvider } from './payment/payment-provider.js';
import { PaymentHandlers } from './payment/payment.handlers.js';
import { PaymentRepository } from './payment/payment.repository.js';
import { SettlePayments } from './payment/settle-payments.js';
import { HandlePaymentEvent } from './payment/handle-payment-event.js';
import { Prices } from './topup/prices.js';
import { StartTopup } from './topup/start-topup.js';
import { TopupHandlers } from './topup/topup.handlers.js';
import { DeleteOldUsageEvents } from './usage/delete-old-usage-events.js';
import { UsageHandlers } from './usage/usage.handlers.js';
import { UsageRepository } from './usage/usage.repository.js';
import { WalletHandlers } from './wallet/wallet.handlers.js';
import { WalletRepository } from './wallet/wallet.repository.js';
import { ErasureHandlers } from './erasure/erasure.handlers.js';

import { AutoTopupEntity } from './auto-topup/auto-topup.entity.js';
import { RechargeEntity } from './auto-topup/recharge.entity.js';
import { CallReversalEntity } from './earnings/call-reversal.entity.js';
import { CallChargeEntity } from './hold/call-charge.entity.js';
import { DebtEntity } from './hold/debt.entity.js';
import { HoldEntity } from './hold/hold.entity.js';
import { LedgerAccountEntity } from './ledger/ledger-account.entity.js';
import { LedgerEntryEntity } from './ledger/ledger-entry.entity.js';
import { LedgerTransactionEntity } from './ledger/ledger-transaction.entity.js';
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
@Aggregate({
  entities: [
    PlanEntity,
    PaymentEntity,
    UsageCounterEntity,
    UsageEventEntity,
    PaymentCustomerEntity,
    PaymentEventEntity,
    PaymentDisputeEntity,
    AutoTopupEntity,
    RechargeEntity,
    SandboxCardEntity,
    SubscriptionEntity,
    PlanChargeEntity,
    BillingProfileEntity,
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
  outgoing: ['Stripe'],
  calls: [kernel.findActionIds, kernel.getStorageUsage, kernel.listPaidActions],
  handlers: [
    WalletHandlers,
    PlanHandlers,
    SubscriptionHandlers,
    ProfileHandlers,
    UsageHandlers,
    TopupHandlers,
    HoldHandlers,
    ReconciliationHandlers,
    EarningsHandlers,
    PayoutHandlers,
    TierHandlers,
    PaymentHandlers,
    AutoTopupHandlers,
    ErasureHandlers,
  ],
  providers: [
    WalletRepository,
    UsageRepository,
    DeleteOldUsageEvents,
    PaymentRepository,
    CustomerRepository,
    HandlePaymentEvent,
    AutoTopupRepository,
    UpdateAutoTopup,
    RechargeWallets,
    SettlePayments,
    HoldRepository,
    Reconcile,
    SubscriptionRepository,
    ChangePlan,
    UpdateSubscription,
    PayPlan,
    RenewNow,
    RenewSubscriptions,
    EarningsRepository,
    PayoutRepository,
    RequestPayout,
    DecidePayout,
    TierRepository,
    StartTopup,
    ConfirmTopup,
    ExpireHolds,
    PayoutTerms,
    Prices,
    {
      provide: PaymentProvider,
      inject: [BillingConfig, CustomerRepository, Database, LOG],
      useFactory: openPaymentProvider,
    },
  ],
})
export class BillingModule {}
