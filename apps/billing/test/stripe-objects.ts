/** The objects of the fake Stripe. Test cards as at Stripe: 0002 is declined, 3155 requires authentication. */
export interface Intent {
  id: string;
  object: 'payment_intent';
  amount: number;
  amount_received: number;
  currency: string;
  status: string;
  client_secret: string;
  customer: string | null;
  metadata: Record<string, string>;
  setup_future_usage: string | null;
  last_payment_error: { code: string; decline_code?: string } | null;
}

export interface Customer {
  id: string;
  object: 'customer';
  metadata: Record<string, string>;
  invoice_settings: { default_payment_method: string | null };
}

export interface Method {
  id: string;
  object: 'payment_method';
  type: 'card';
  customer: string | null;
  card: { brand: string; last4: string; exp_month: number; exp_year: number };
}

/** An error response. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly type: string,
    readonly code?: string,
    readonly more: object = {},
  ) {
    super(`${status} ${code}`);
  }
}
const missing = () => new Refusal(404, 'invalid_request_error', 'resource_missing');

const nested = (form: URLSearchParams, name: string): Record<string, string> =>
  Object.fromEntries([...form].flatMap(([key, value]) => (key.startsWith(`${name}[`) ? [[key.slice(name.length + 1, -1), value]] : [])));

export class StripeObjects {
  readonly intents = new Map<string, Intent>();
  readonly customers = new Map<string, Customer>();
  readonly methods = new Map<string, Method>();
  private readonly counts = new Map<string, number>();

  /** Handles one request. @throws Refusal */
  handle(verb: string, path: string, form: URLSearchParams): object {
    const [, , kind, id, sub, subId] = path.split('/');
    if (verb === 'POST' && path === '/v1/payment_intents') return this.createIntent(form);
    if (verb === 'GET' && path === '/v1/payment_intents') return this.list(this.intents, form.get('customer'));
    if (verb === 'GET' && kind === 'payment_intents') return this.get(this.intents, id);
    if (verb === 'POST' && path === '/v1/customers') return this.createCustomer(form);
    if (verb === 'POST' && path === '/v1/setup_intents') return { id: this.id('seti'), client_secret: `${this.id('seti')}_secret_1` };
    if (verb === 'POST' && path === '/v1/billing_portal/sessions')
      return { object: 'billing_portal.session', url: `https://billing.example/${this.get(this.customers, form.get('customer')!).id}` };
    if (kind === 'customers' && sub === 'payment_methods') {
      if (!subId) return this.list(this.methods, this.get(this.customers, id).id);
      const method = this.get(this.methods, subId);
      if (method.customer !== id) throw missing();
      return method;
    }
    if (kind === 'customers') {
      const customer = this.get(this.customers, id);
      if (verb === 'DELETE') {
        this.customers.delete(customer.id);
        for (const method of this.methods.values()) if (method.customer === customer.id) method.customer = null;
        return { id, object: 'customer', deleted: true };
      }
      if (verb === 'POST') customer.invoice_settings.default_payment_method = nested(form, 'invoice_settings')['default_payment_method']!;
      return customer;
    }
    if (verb === 'POST' && kind === 'payment_methods' && sub === 'detach') {
      const method = this.get(this.methods, id);
      if (!method.customer) throw new Refusal(400, 'invalid_request_error');
      method.customer = null;
      return method;
    }
    throw new Refusal(404, 'invalid_request_error', 'resource_missing');
  }

  /** Adds a card, as a user does with the client secret of a setup. */
  addCard(customer: string, last4 = '4242'): string {
    const id = this.id('pm');
    const card = { brand: 'visa', last4, exp_month: 4, exp_year: 2044 };
    this.methods.set(id, { id, object: 'payment_method', type: 'card', customer, card });
    return id;
  }

  private createCustomer(form: URLSearchParams): Customer {
    const id = this.id('cus');
    const customer: Customer = {
      ...{ id, object: 'customer', metadata: nested(form, 'metadata') },
      invoice_settings: { default_payment_method: null },
    };
    this.customers.set(id, customer);
    return customer;
  }

  private createIntent(form: URLSearchParams): Intent {
    const id = this.id('pi');
    const intent: Intent = {
      id,
      object: 'payment_intent',
      amount: Number(form.get('amount')),
      amount_received: 0,
      currency: form.get('currency') ?? '',
      status: 'requires_payment_method',
      client_secret: `${id}_secret_1`,
      customer: form.get('customer'),
      metadata: nested(form, 'metadata'),
      setup_future_usage: form.get('setup_future_usage'),
      last_payment_error: null,
    };
    if (form.get('confirm') === 'true') {
      const method = this.methods.get(form.get('payment_method') ?? '');
      if (!method || method.customer !== intent.customer) throw missing();
      this.intents.set(id, intent);
      this.charge(intent, method);
    }
    this.intents.set(id, intent);
    return intent;
  }

  private charge(intent: Intent, { card }: Method): void {
    const refused: Record<string, Intent['last_payment_error']> = {
      '0002': { code: 'card_declined', decline_code: 'insufficient_funds' },
      '3155': { code: 'authentication_required', decline_code: 'authentication_required' },
    };
    intent.last_payment_error = refused[card.last4] ?? null;
    if (!intent.last_payment_error) Object.assign(intent, { status: 'succeeded', amount_received: intent.amount });
    else throw new Refusal(402, 'card_error', intent.last_payment_error.code, { payment_intent: intent });
  }

  private get<T>(all: Map<string, T>, id: string | undefined): T {
    const one = all.get(id ?? '');
    if (!one) throw missing();
    return one;
  }

  /** The customer's objects, newest first. */
  private list<T extends { customer: string | null }>(all: Map<string, T>, customer: string | null) {
    return { object: 'list', data: [...all.values()].filter((one) => one.customer === customer).reverse(), has_more: false };
  }

  private id(kind: string): string {
    const count = (this.counts.get(kind) ?? 0) + 1;
    this.counts.set(kind, count);
    return `${kind}_${count.toString().padStart(24, '0')}`;
  }
}
