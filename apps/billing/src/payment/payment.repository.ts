import type { Page } from '@skep/contracts';
import { billing, type PaymentRecord } from '@skep/contracts/billing';
import { type Ctx, Database, defineList, Outbox, type Paging, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Not } from 'typeorm';
import type { Payer } from './payment-provider.js';
import type { PaymentUpdate } from './payment-update.js';
import { PaymentEntity } from './payment.entity.js';

/** A payment to record. */
export type NewPayment = Pick<PaymentEntity, 'id' | 'provider' | 'kind' | 'tokens' | 'price_cents'>;

/** Inserts a payment, or returns its id if the same one exists. Returns no row if the id exists with other terms. */
const ADD = statement(
  `insert into payment (id, provider, tenant_id, user_id, kind, tokens, price_cents)
  values (:id, :provider, :tenant, :user, :kind, :tokens, :price_cents)
  on conflict (id) do update set id = excluded.id
   where (payment.provider, payment.tenant_id, payment.user_id, payment.kind, payment.tokens, payment.price_cents)
       = (excluded.provider, excluded.tenant_id, excluded.user_id, excluded.kind, excluded.tokens, excluded.price_cents)
  returning id`,
  { id: 'text' },
);
/** `is_new`: this call credited the payment; false if it was credited before. */
const CREDIT = statement('select * from credit_topup(:id)', {
  ...{ tenant_id: 'text', user_id: 'text', tokens: 'int8', balance: 'int8', transaction_id: 'text', is_new: 'bool' },
});
const LOCK = statement('select from payment where id = :id for update');
/** `amount` is negative when credits were taken back. */
const REVERSE = statement('select * from reverse_payment(:id)', {
  ...{ tenant_id: 'text', user_id: 'text', amount: 'int8', balance: 'int8', transaction_id: 'text' },
});
const RECORD_CHARGE = statement(`
  update payment set refunded_cents = greatest(refunded_cents, :refunded_cents), receipt_url = coalesce(:receipt_url, receipt_url)
   where id = :id`);
/** A dispute that was won or lost never changes. Returns the payment if the dispute is new or changed. */
const RECORD_DISPUTE = statement(
  `with changed as (
    insert into payment_dispute (id, payment_id, amount_cents, status)
    select :dispute_id, id, :cents, :status from payment where id = :payment_id
    on conflict (id) do update set status = excluded.status where payment_dispute.status = 'open' and excluded.status <> 'open' returning payment_id
  )
  select p.* from payment p join changed on changed.payment_id = p.id`,
  PaymentEntity,
);
/** Claims unconfirmed payments for a query: after a minute, then each time their age has doubled, for a week. */
const CLAIM_UNSETTLED = statement(
  `update payment set checked_at = now()
   where id in (select id from payment
                 where status = 'created' and provider = :provider and created_at > now() - interval '7 days'
                   and checked_at + greatest(interval '1 minute', checked_at - created_at) <= now()
                 order by checked_at limit 20 for update skip locked)
  returning *`,
  PaymentEntity,
);

/** `limit 1` makes Postgres look up the disputes of each payment: for an `exists` it may read all disputes. */
const PAYMENTS = defineList(
  {
    select: `p.id, p.price_cents, p.currency, p.tokens, p.status, p.kind, p.refunded_cents, p.created_at, p.credited_at, p.receipt_url,
      (select true from payment_dispute d where d.payment_id = p.id and d.status <> 'won' limit 1) is true as is_disputed`,
    from: 'payment p',
    // With tenant and user, the index payment_owner.
    orders: {
      newest: [
        ['p.created_at', 'timestamptz', 'desc'],
        ['p.id', 'text', 'asc'],
      ],
    },
  },
  {
    ...{ id: 'text', price_cents: 'int8', currency: 'text', tokens: 'int8', status: 'text', kind: 'text', refunded_cents: 'int8' },
    ...{ created_at: 'timestamptz', credited_at: 'timestamptz?', receipt_url: 'text?', is_disputed: 'bool' },
  },
);

type ListedPayment = NonNullable<(typeof PAYMENTS)['row']>;
type CreditResult = NonNullable<(typeof CREDIT)['row']>;
type ReversalResult = NonNullable<(typeof REVERSE)['row']>;

/** Payments, their refunds and disputes. */
@Injectable()
export class PaymentRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Records a payment. Idempotent. Returns false if the id belongs to a payment with other terms. */
  async add({ tenant, user }: Payer, payment: NewPayment): Promise<boolean> {
    return (await this.db.row(ADD, { ...payment, tenant, user })) !== undefined;
  }

  /** A payment for credits, of the acting user; of any user if a service acts for no one. */
  find({ tenant, user }: Ctx, id: string): Promise<PaymentEntity | null> {
    const owner = user && { tenant_id: tenant, user_id: user };
    return this.db.repository(PaymentEntity).findOneBy({ id, kind: Not('subscription'), ...owner });
  }

  /** The payer's payments, newest first. */
  async list({ tenant, user }: Pick<Payer, 'tenant' | 'user'>, paging: Paging): Promise<Page<PaymentRecord>> {
    const where = ['p.tenant_id = :tenant', 'p.user_id = :user'];
    const page = await this.db.page(PAYMENTS, { order: 'newest', where, values: { tenant, user } }, paging);
    return { ...page, rows: page.rows.map(toRecord) };
  }

  /** Claims unconfirmed payments that are due for a query at the provider. */
  claimUnsettled(provider: PaymentEntity['provider']): Promise<PaymentEntity[]> {
    return this.db.rows(CLAIM_UNSETTLED, { provider });
  }

  /** Applies a successful payment: credits its owner, or marks a plan's payment as paid. Idempotent. */
  async settle(ctx: Ctx, id: string): Promise<void> {
    await this.db.transaction(async () => {
      const payment = await this.db.repository(PaymentEntity).findOneBy({ id });
      if (payment?.kind === 'subscription') await this.markPaid(id);
      else await this.credit(ctx, id);
    });
  }

  /** Records a successful payment for a plan. */
  async recordPlanPayment(payer: Payer, payment: Pick<PaymentEntity, 'id' | 'provider' | 'price_cents'>): Promise<void> {
    await this.add(payer, { ...payment, kind: 'subscription', tokens: 0 });
    await this.markPaid(payment.id);
  }

  /** Credits a successful payment to its owner and publishes the new balance. Idempotent. */
  credit(ctx: Ctx, id: string): Promise<CreditResult> {
    return this.db.transaction(async () => {
      const credited = await this.db.row(CREDIT, { id });
      if (!credited) throw new Error(`payment ${id} not found`);
      const { tokens, is_new } = credited;
      if (!is_new) return credited;
      await this.publishBalance(ctx, { ...credited, amount: tokens }, 'topup');
      const reversed = await this.reverse(ctx, id);
      return { ...credited, ...(reversed && { balance: reversed.balance }) };
    });
  }

  /** Marks an unpaid payment as canceled. */
  async cancel(id: string): Promise<void> {
    await this.db.repository(PaymentEntity).update({ id, status: 'created' }, { status: 'canceled' });
  }

  /** Records the total refunded so far and the receipt, and reverses the refunded credits. */
  async recordCharge(ctx: Ctx, id: string, refunded_cents: number, receipt_url: string | null): Promise<void> {
    await this.db.rows(RECORD_CHARGE, { id, refunded_cents, receipt_url });
    await this.reverse(ctx, id);
  }

  /** Records a dispute. Returns the payment if it is known and the dispute changed; call `reverse` to move the credits. */
  async recordDispute(dispute: PaymentUpdate & { kind: 'disputed' }): Promise<PaymentEntity | undefined> {
    await this.db.rows(LOCK, { id: dispute.payment_id });
    return this.db.row(RECORD_DISPUTE, dispute);
  }

  /** Takes back credits of refunded or disputed money, or reinstates them, and publishes the new balance; undefined if nothing moved. */
  async reverse(ctx: Ctx, id: string): Promise<ReversalResult | undefined> {
    const reversed = await this.db.row(REVERSE, { id });
    if (reversed) await this.publishBalance(ctx, reversed, reversed.amount > 0 ? 'reinstatement' : 'reversal');
    return reversed;
  }

  private async markPaid(id: string): Promise<void> {
    await this.db.repository(PaymentEntity).update({ id, status: 'created' }, { status: 'paid', credited_at: new Date() });
  }

  private publishBalance(ctx: Ctx, { tenant_id, user_id, balance, amount, transaction_id }: ReversalResult, reason: string): Promise<void> {
    const owner = { ...ctx, tenant: tenant_id, user: user_id };
    return this.outbox.add(billing.balanceChanged, owner, { tenant_id, user_id, balance, amount, reason, transaction_id });
  }
}

const toRecord = (payment: ListedPayment): PaymentRecord => ({
  ...payment,
  ...{ payment_intent_id: payment.id, amount_cents: payment.price_cents, type: payment.kind, completed_at: payment.credited_at },
  status: stateOf(payment),
});

/** The state of a payment for its owner. */
function stateOf({ status, refunded_cents, price_cents, is_disputed }: ListedPayment): string {
  if (status === 'created') return 'pending';
  if (status === 'canceled') return status;
  if (refunded_cents >= price_cents) return 'refunded';
  if (is_disputed) return 'disputed';
  return refunded_cents > 0 ? 'partially_refunded' : 'succeeded';
}
