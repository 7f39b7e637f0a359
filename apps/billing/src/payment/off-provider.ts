import { NotConfigured } from '@skep/contracts';
import type { Log } from '@skep/platform';
import type { CustomerRepository } from './customer.repository.js';
import { type ChargeResult, type Payer, PaymentProvider } from './payment-provider.js';

const NOT_CHARGED: ChargeResult = { status: 'declined', payment_id: null, client_secret: null, reason: 'not_configured' };
const notConfigured = () => NotConfigured('This installation takes no payments. The operator can enable them with SKEP_PAYMENTS=stripe.');

/** Takes no payments (`SKEP_PAYMENTS=off`). A saved card is treated as declined, so what falls due stays unpaid. */
export class OffProvider extends PaymentProvider {
  readonly name = 'off';
  readonly publishableKey = '';

  constructor(
    private readonly customers: CustomerRepository,
    private readonly log: Log,
  ) {
    super();
  }

  override assertEnabled(): never {
    throw notConfigured();
  }

  createPayment = () => Promise.reject(notConfigured());
  getReceivedCents = () => Promise.reject(notConfigured());
  setUpMethod = () => Promise.reject(notConfigured());
  listMethods = () => Promise.reject(notConfigured());
  removeMethod = () => Promise.reject(notConfigured());
  setDefaultMethod = () => Promise.reject(notConfigured());
  openPortal = () => Promise.reject(notConfigured());

  chargeSaved() {
    return Promise.resolve(NOT_CHARGED);
  }

  /** Without keys, a customer from before cannot be deleted at Stripe: logs it for the operator. */
  async deleteCustomer(payer: Payer) {
    const customer = await this.customers.find('stripe', payer);
    if (customer) this.log.error({ customer }, 'payments are off: delete this customer in the Stripe dashboard');
  }

  parseEvent(): never {
    throw notConfigured();
  }
}
