import { NotConfigured } from '@skep/contracts';
import type { Log } from '@skep/platform';
import type { CustomerRepository } from './customer.repository.js';
import { type Charge, type Payer, PaymentProvider } from './payment-provider.js';

const NOT_CHARGED: Charge = { status: 'declined', payment_id: null, client_secret: null, reason: 'not_configured' };
const off = () => NotConfigured('This installation takes no payments. To take them, its operator sets SKEP_PAYMENTS=stripe.');

/** Takes no payments: `SKEP_PAYMENTS=off`. What falls due meanwhile stays unpaid, as with a card that is declined. */
export class OffProvider extends PaymentProvider {
  readonly name = 'off';
  readonly publishableKey = '';

  constructor(
    private readonly customers: CustomerRepository,
    private readonly log: Log,
  ) {
    super();
  }

  override mustTakePayments(): never {
    throw off();
  }

  create = () => Promise.reject(off());
  receivedFor = () => Promise.reject(off());
  setUpMethod = () => Promise.reject(off());
  methodsOf = () => Promise.reject(off());
  removeMethod = () => Promise.reject(off());
  makeDefault = () => Promise.reject(off());
  openPortal = () => Promise.reject(off());

  chargeSaved() {
    return Promise.resolve(NOT_CHARGED);
  }

  /** Stripe cannot be asked any more to delete a customer of earlier days: the operator is told of it. */
  async forget(payer: Payer) {
    const customer = await this.customers.find('stripe', payer);
    if (customer) this.log.error({ customer }, 'payments are off: delete this customer at Stripe yourself');
  }

  readEvent(): never {
    throw off();
  }
}
