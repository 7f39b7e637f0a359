import { BadRequest } from '@skep/contracts';
import { PaymentMethodNotFound } from '@skep/contracts/billing';
import { type Ctx, type Database, statement } from '@skep/platform';
import { createHash, randomUUID } from 'node:crypto';
import {
  type ChargeResult,
  type ChargeOptions,
  METHODS_MAX,
  type TopupOrder,
  type Payer,
  PaymentProvider,
  type SavedMethod,
} from './payment-provider.js';
import type { PaymentEntity } from './payment.entity.js';
import { SandboxCardEntity } from './sandbox-card.entity.js';

const random = () => randomUUID().replaceAll('-', '');
const REFUSED: Record<string, Pick<ChargeResult, 'status' | 'reason'>> = {
  '0002': { status: 'declined', reason: 'card_declined' },
  '3155': { status: 'requires_action', reason: 'authentication_required' },
};

const SET_DEFAULT = statement('update sandbox_card set is_default = id = :id where tenant_id = :tenant and user_id = :user');

/**
 * Replaces Stripe in development and tests. No money moves: a created payment counts as paid, and a method is saved as soon as its setup
 * starts.
 */
export class SandboxProvider extends PaymentProvider {
  readonly name = 'sandbox';
  readonly publishableKey = 'pk_sandbox_no_real_payments';

  constructor(private readonly db: Database) {
    super();
  }

  createPayment(_ctx: Ctx, _order: TopupOrder) {
    const id = `pi_sandbox_${random()}`;
    return Promise.resolve({ id, client_secret: `${id}_secret_${random()}` });
  }

  getReceivedCents(_payer: Payer, payment: Pick<PaymentEntity, 'price_cents'>) {
    return Promise.resolve(payment.price_cents);
  }

  async chargeSaved(
    payer: Payer,
    _cents: number,
    key: string,
    _description: string,
    { method }: ChargeOptions = {},
  ): Promise<ChargeResult> {
    const card = (await this.listMethods(payer)).find(({ id, is_default }) => (method ? id === method : is_default));
    if (!card) return { status: 'declined', payment_id: null, client_secret: null, reason: 'no_payment_method' };
    const hash = createHash('sha256')
      .update(JSON.stringify([payer.tenant, payer.user, key]))
      .digest('hex')
      .slice(0, 32);
    const refused = REFUSED[card.last4];
    return {
      ...(refused ?? { status: 'succeeded', reason: null }),
      payment_id: `pi_sandbox_${hash}`,
      client_secret: refused?.status === 'requires_action' ? `pi_sandbox_${hash}_secret_${random()}` : null,
    };
  }

  async setUpMethod({ tenant, user }: Payer) {
    await this.db.repository(SandboxCardEntity).insert({ id: `pm_sandbox_${random()}`, tenant_id: tenant, user_id: user });
    return { client_secret: `seti_sandbox_${random()}_secret_${random()}` };
  }

  async listMethods({ tenant, user }: Payer): Promise<SavedMethod[]> {
    const where = { tenant_id: tenant, user_id: user };
    const order = { created_at: 'desc', id: 'asc' } as const;
    const cards = await this.db.repository(SandboxCardEntity).find({ where, order, take: METHODS_MAX });
    const main = cards.find(({ is_default }) => is_default) ?? cards[0];
    return cards.map(({ id, last4 }) => ({
      ...{ id, type: 'card', brand: 'sandbox', last4 },
      ...{ exp_month: 12, exp_year: 2099, is_default: id === main?.id },
    }));
  }

  async removeMethod({ tenant, user }: Payer, id: string) {
    const { affected } = await this.db.repository(SandboxCardEntity).delete({ tenant_id: tenant, user_id: user, id });
    if (!affected) throw PaymentMethodNotFound();
  }

  async setDefaultMethod(payer: Payer, id: string) {
    if (!(await this.listMethods(payer)).some((card) => card.id === id)) throw PaymentMethodNotFound();
    await this.db.rows(SET_DEFAULT, { tenant: payer.tenant, user: payer.user, id });
  }

  /** A URL that does not resolve: there are no real methods to manage. */
  openPortal() {
    return Promise.resolve({ url: 'https://sandbox.invalid/no-real-payments' });
  }

  /** Nothing to delete: its cards are rows of our database. */
  async deleteCustomer() {}

  /** The sandbox sends no events, so every event is forged. */
  parseEvent(): never {
    throw BadRequest();
  }
}
