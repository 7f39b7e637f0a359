import { billing, type PaymentRecord } from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Payer } from './payment-provider.js';
import { PaymentEntity } from './payment.entity.js';

/** A row of credit_topup. */
interface CreditResult {
  tenant_id: string;
  user_id: string;
  tokens: number;
  balance: number;
  transaction_id: string;
  /** This call credited the payment; false if it was credited before. */
  is_new: boolean;
}
/** A row of reverse_payment. `amount` is negative when credits were taken back. */
interface ReversalResult {
  tenant_id: string;
  user_id: string;
  amount: number;
  balance: number;
  transaction_id: string;
}
/** A payment to record. */
export type NewPayment = Pick<PaymentEntity, 'id' | 'provider' | 'kind' | 'tokens' | 'price_cents'>;

/** Inserts a payment, or returns its id if the same one exists. Returns no row if the id exists with other terms. */
const ADD = statement<{ id: string }>(`
  insert into payment (id, provider, tenant_id, user_id, kind, tokens, price_cents) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (id) do update set id = excluded.id
   where (payment.provider, payment.tenant_id, payment.user_id, payment.kind, payment.tokens, payment.price_cents)
       = (excluded.provider, excluded.tenant_id, excluded.user_id, excluded.kind, excluded.tokens, excluded.price_cents)
  returning id`);
const FIND = statement<PaymentEntity>(`
  select * from payment where id = $1 and kind <> 'subscription' and ($3 = '' or (tenant_id = $2 and user_id = $3))`);
const KIND = statement<{ kind: string }>('select kind from payment where id = $1');
const CREDIT = statement<CreditResult>('select * from credit_topup($1)');
const MARK_PAID = statement(`update payment set status = 'paid', credited_at = now() where id = $1 and status = 'created'`);
const LOCK = statement('select from payment where id = $1 for update');
const CANCEL = statement(`update payment set status = 'canceled' where id = $1 and status = 'created'`);
const REVERSE = statement<ReversalResult>('select * from reverse_payment($1)');
const RECORD_CHARGE = statement(`
  update payment set refunded_cents = greatest(refunded_cents, $2), receipt_url = coalesce($3, receipt_url) where id = $1`);
/** A dispute that was won or lost never changes. Returns the payment if the dispute is new or changed. */
const RECORD_DISPUTE = statement<PaymentEntity>(`
  with changed as (
    insert into payment_dispute (id, payment_id, amount_cents, status) select $2, id, $3, $4 from payment where id = $1
    on conflict (id) do update set status = excluded.status where payment_dispute.status = 'open' and excluded.status <> 'open' returning payment_id
  )
  select p.* from payment p join changed on changed.payment_id = p.id`);
const LIST = statement<PaymentRecord>(`
  select id as payment_intent_id, price_cents as amount_cents, currency, tokens, kind as type, created_at,
         credited_at as completed_at, receipt_url,
         case when status = 'created' then 'pending'
              when status = 'canceled' then status
              when refunded_cents >= price_cents then 'refunded'
              when exists (select from payment_dispute d where d.payment_id = payment.id and d.status <> 'won') then 'disputed'
              when refunded_cents > 0 then 'partially_refunded'
              else 'succeeded' end as status
    from payment where tenant_id = $1 and user_id = $2 order by payment.created_at desc, id limit $3 offset $4`);
/** Claims unconfirmed payments for a query: after a minute, then each time their age has doubled, for a week. */
const CLAIM_UNSETTLED = statement<PaymentEntity>(`
  update payment set checked_at = now()
   where id in (select id from payment
                 where status = 'created' and provider = $1 and created_at > now() - interval '7 days'
                   and checked_at + greatest(interval '1 minute', checked_at - created_at) <= now()
                 order by checked_at limit 20 for update skip locked)
  returning *`);

/** Payments, their refunds and disputes. */
@Injectable()
export class PaymentRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Records a payment. Idempotent. Returns false if the id belongs to a payment with other terms. */
  async add({ tenant, user }: Payer, { id, provider, kind, tokens, price_cents }: NewPayment): Promise<boolean> {
    return (await this.db.row(ADD, [id, provider, tenant, user, kind, tokens, price_cents])) !== undefined;
  }

  /** A payment for credits, of the acting user; of any user if a service acts for no one. */
  find(ctx: Ctx, id: string): Promise<PaymentEntity | undefined> {
    return this.db.row(FIND, [id, ctx.tenant, ctx.user]);
  }

  /** The payer's payments, newest first. */
  list({ tenant, user }: Payer, limit: number, offset: number): Promise<PaymentRecord[]> {
    return this.db.rows(LIST, [tenant, user, limit, offset]);
  }

  /** Claims unconfirmed payments that are due for a query at the provider. */
  claimUnsettled(provider: PaymentEntity['provider']): Promise<PaymentEntity[]> {
    return this.db.rows(CLAIM_UNSETTLED, [provider]);
  }

  /** Applies a successful payment: credits its owner, or marks a plan's payment as paid. Idempotent. */
  async settle(ctx: Ctx, id: string): Promise<void> {
    await this.db.transaction(async () => {
      const payment = await this.db.row(KIND, [id]);
      if (payment?.kind === 'subscription') await this.db.rows(MARK_PAID, [id]);
      else await this.credit(ctx, id);
    });
  }

  /** Records a successful payment for a plan. */
  async recordPlanPayment(payer: Payer, payment: Pick<PaymentEntity, 'id' | 'provider' | 'price_cents'>): Promise<void> {
    await this.add(payer, { ...payment, kind: 'subscription', tokens: 0 });
    await this.db.rows(MARK_PAID, [payment.id]);
  }

  /** Credits a successful payment to its owner and publishes the new balance. Idempotent. */
  credit(ctx: Ctx, id: string): Promise<CreditResult> {
    return this.db.transaction(async () => {
      const credited = await this.db.row(CREDIT, [id]);
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
    await this.db.rows(CANCEL, [id]);
  }

  /** Records the total refunded so far and the receipt, and reverses the refunded credits. */
  async recordCharge(ctx: Ctx, id: string, refunded_cents: number, receipt_url: string | null): Promise<void> {
    await this.db.rows(RECORD_CHARGE, [id, refunded_cents, receipt_url]);
    await this.reverse(ctx, id);
  }

  /** Records a dispute. Returns the payment if it is known and the dispute changed; call `reverse` to move the credits. */
  async recordDispute(id: string, dispute: { id: string; cents: number; status: string }): Promise<PaymentEntity | undefined> {
    await this.db.rows(LOCK, [id]);
    return this.db.row(RECORD_DISPUTE, [id, dispute.id, dispute.cents, dispute.status]);
  }

  /** Takes back credits of refunded or disputed money, or reinstates them, and publishes the new balance; undefined if nothing moved. */
  async reverse(ctx: Ctx, id: string): Promise<ReversalResult | undefined> {
    const reversed = await this.db.row(REVERSE, [id]);
    if (reversed) await this.publishBalance(ctx, reversed, reversed.amount > 0 ? 'reinstatement' : 'reversal');
    return reversed;
  }

  private publishBalance(ctx: Ctx, { tenant_id, user_id, balance, amount, transaction_id }: ReversalResult, reason: string): Promise<void> {
    const owner = { ...ctx, tenant: tenant_id, user: user_id };
    return this.outbox.add(billing.balanceChanged, owner, { tenant_id, user_id, balance, amount, reason, transaction_id });
  }
}
