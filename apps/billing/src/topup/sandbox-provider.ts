import type { Ctx } from '@skep/platform';
import { randomUUID } from 'node:crypto';
import { type Order, PaymentProvider } from './payment-provider.js';
import type { Payment } from './payment.entity.js';

const random = () => randomUUID().replaceAll('-', '');

/** Stands in for Stripe in development and in tests. No money moves: a payment that was created counts as paid. */
export class SandboxProvider extends PaymentProvider {
  readonly name = 'sandbox';
  readonly publishableKey = 'pk_sandbox_no_real_payments';

  create(_ctx: Ctx, _order: Order) {
    const id = `pi_sandbox_${random()}`;
    return Promise.resolve({ id, client_secret: `${id}_secret_${random()}` });
  }

  receivedFor(_ctx: Ctx, payment: Payment) {
    return Promise.resolve(payment.price_cents);
  }
}
