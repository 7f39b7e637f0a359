import { billing, type PaymentRecord } from '@skep/contracts';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { Payer } from './payment-provider.js';
import { PaymentEntity } from './payment.entity.js';

interface Credited {
  tenant_id: string;
  user_id: string;
  tokens: number;
  balance: number;
  transaction_id: string;
  /** The first time. */
  fresh: boolean;
}
interface Reversed {
  tenant_id: string;
  user_id: string;
  amount: number;
  balance: number;
  transaction_id: string;
}
export type NewPayment = Pick<PaymentEntity, 'id' | 'provider' | 'kind' | 'tokens' | 'price_cents'>;

/** The provider answers a repeated order with the payment it has; a payment never changes what it is for. */
const ADD = statement<{ id: string }>(`
  insert into payment (id, provider, tenant_id, user_id, kind, tokens, price_cents) values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (id) do update set id = excluded.id
   where (payment.provider, payment.tenant_id, payment.user_id, payment.kind, payment.tokens, payment.price_cents)
       = (excluded.provider, excluded.tenant_id, excluded.user_id, excluded.kind, excluded.tokens, excluded.price_cents)
  returning id`);
const FIND = statement<PaymentEntity>(`
  select * from payment where id = $1 and kind <> 'subscription' and ($3 = '' or (tenant_id = $2 and user_id = $3))`);
const KIND = statement<{ kind: string }>('select kind from payment where id = $1');
const CREDIT = statement<Credited>('select * from credit_topup($1)');
const PAID = statement(`update payment set status = 'paid', credited_at = now() where id = $1 and status = 'created'`);
const LOCK = statement('select from payment where id = $1 for update');
const CANCEL = statement(`update payment set status = 'canceled' where id = $1 and status = 'created'`);
const REVERSE = statement<Reversed>('select * from reverse_payment($1)');
const CHARGED = statement(`
  update payment set refunded_cents = greatest(refunded_cents, $2), receipt_url = coalesce($3, receipt_url) where id = $1`);
/** How a dispute ended is final, whatever comes late. */
const DISPUTED = statement<PaymentEntity>(`
  with told as (
    insert into payment_dispute (id, payment_id, amount_cents, status) select $2, id, $3, $4 from payment where id = $1
    on conflict (id) do update set status = excluded.status where payment_dispute.status = 'open' and excluded.status <> 'open' returning payment_id
  )
  select p.* from payment p join told on told.payment_id = p.id`);
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
/** Asked about after a minute, and then each time when it is twice as old, for a week. */
const UNSETTLED = statement<PaymentEntity>(`
  update payment set checked_at = now()
   where id in (select id from payment
                 where status = 'created' and provider = $1 and created_at > now() - interval '7 days'
                   and checked_at + greatest(interval '1 minute', checked_at - created_at) <= now()
                 order by checked_at limit 20 for update skip locked)
  returning *`);

@Injectable()
export class PaymentRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Notes a payment. False: the id is that of another payment. */
  async add({ tenant, user }: Payer, { id, provider, kind, tokens, price_cents }: NewPayment): Promise<boolean> {
    return (await this.db.row(ADD, [id, provider, tenant, user, kind, tokens, price_cents])) !== undefined;
  }

  /** A payment for credits of the person acted for; of anybody where a service acts for nobody. */
  find(ctx: Ctx, id: string): Promise<PaymentEntity | undefined> {
    return this.db.row(FIND, [id, ctx.tenant, ctx.user]);
  }

  /** The caller's payments, the newest first. */
  list({ tenant, user }: Payer, limit: number, offset: number): Promise<PaymentRecord[]> {
    return this.db.rows(LIST, [tenant, user, limit, offset]);
  }

  /** Payments of a provider that it is time to ask about. */
  claimUnsettled(provider: PaymentEntity['provider']): Promise<PaymentEntity[]> {
    return this.db.rows(UNSETTLED, [provider]);
  }

  /** A payment that is known to be paid: credits what it bought to its owner, once however often it is told. */
  async settle(ctx: Ctx, id: string): Promise<void> {
    await this.db.transaction(async () => {
      const payment = await this.db.row(KIND, [id]);
      if (payment?.kind === 'subscription') await this.db.rows(PAID, [id]);
      else await this.credit(ctx, id);
    });
  }

  /** Notes what a plan has been paid with. */
  async paidForPlan(payer: Payer, payment: Pick<PaymentEntity, 'id' | 'provider' | 'price_cents'>): Promise<void> {
    await this.add(payer, { ...payment, kind: 'subscription', tokens: 0 });
    await this.db.rows(PAID, [payment.id]);
  }

  /** Credits a paid payment to its owner, once however often it is asked for, and tells it once. */
  credit(ctx: Ctx, id: string): Promise<Credited> {
    return this.db.transaction(async () => {
      const credited = await this.db.row(CREDIT, [id]);
      if (!credited) throw new Error('a payment that is gone');
      const { tokens, fresh } = credited;
      if (!fresh) return credited;
      await this.tell(ctx, { ...credited, amount: tokens }, 'topup');
      const reversed = await this.reverse(ctx, id);
      return { ...credited, ...(reversed && { balance: reversed.balance }) };
    });
  }

  async cancel(id: string): Promise<void> {
    await this.db.rows(CANCEL, [id]);
  }

  /** Notes what was given back of a payment so far, and where its receipt is; takes the credits back. */
  async charged(ctx: Ctx, id: string, refunded_cents: number, receipt_url: string | null): Promise<void> {
    await this.db.rows(CHARGED, [id, refunded_cents, receipt_url]);
    await this.reverse(ctx, id);
  }

  /** Notes how a dispute stands, and answers the payment, if it is one of ours and this is new; its credits are left for `reverse`. */
  async disputed(id: string, dispute: { id: string; cents: number; status: string }): Promise<PaymentEntity | undefined> {
    await this.db.rows(LOCK, [id]);
    return this.db.row(DISPUTED, [id, dispute.id, dispute.cents, dispute.status]);
  }

  /** Takes back the credits whose price was given back, or gives them back again, and tells it; nothing where nothing has to move. */
  async reverse(ctx: Ctx, id: string): Promise<Reversed | undefined> {
    const reversed = await this.db.row(REVERSE, [id]);
    if (reversed) await this.tell(ctx, reversed, reversed.amount > 0 ? 'reinstatement' : 'reversal');
    return reversed;
  }

  private tell(ctx: Ctx, { tenant_id, user_id, balance, amount, transaction_id }: Reversed, reason: string): Promise<void> {
    const owner = { ...ctx, tenant: tenant_id, user: user_id };
    return this.outbox.add(billing.balanceChanged, owner, { tenant_id, user_id, balance, amount, reason, transaction_id });
  }
}
