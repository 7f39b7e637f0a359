import { Aggregate, Database, LOG } from '@skep/platform';
import { BillingConfig } from '../billing.config.js';
import { CustomerRepository } from './customer.repository.js';
import { openPaymentProvider } from './open-payment-provider.js';
import { PaymentCustomerEntity } from './payment-customer.entity.js';
import { PaymentDisputeEntity } from './payment-dispute.entity.js';
import { PaymentProvider } from './payment-provider.js';
import { PaymentEntity } from './payment.entity.js';
import { PaymentHandlers } from './payment.handlers.js';
import { PaymentRepository } from './payment.repository.js';
import { SandboxCardEntity } from './sandbox-card.entity.js';

@Aggregate({
  entities: [PaymentEntity, PaymentDisputeEntity, PaymentCustomerEntity, SandboxCardEntity],
  handlers: [PaymentHandlers],
  providers: [
    PaymentRepository,
    CustomerRepository,
    { provide: PaymentProvider, inject: [BillingConfig, CustomerRepository, Database, LOG], useFactory: openPaymentProvider },
  ],
  exports: [PaymentRepository, PaymentProvider],
  outgoing: ['Stripe'],
})
export class PaymentModule {}
