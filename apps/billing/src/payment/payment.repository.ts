import { billing } from '@skep/contracts';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Payment } from './payment.entity.js';

interface Credited {
  tenant_id: string;
  user_id: string;
  tokens: number;
  balance: number;
  transaction_id: string;
  /** The first time. */
  fresh: boolean;
}

/** The provider answers a repeated order with the payment it has; a payment never changes what it is for. */
const ADD = statement<{ id: string }>(`
  insert into payment (id, provider, tenant_id, user_id, tokens, price_cents) values ($1, $2, $3, $4, $5, $6)
  on conflict (id) do update set id = excluded.id
   where (payment.provider, payment.tenant_id, payment.user_id, payment.tokens, payment.price_cents)
       = (excluded.provider, excluded.tenant_id, excluded.user_id, excluded.tokens, excluded.price_cents)
  returning id`);
const FIND = statement<Payment>(`
  select * from payment where id = $1 and ($3 = '' or (tenant_id = $2 and user_id = $3))`);
const CREDIT = statement<Credited>('select * from credit_topup($1)');

@Injectable()
export class PaymentRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Notes a payment of the caller. False: the id is that of another payment. */
  async add(
    ctx: Ctx,
    { id, provider, tokens, price_cents }: Pick<Payment, 'id' | 'provider' | 'tokens' | 'price_cents'>,
  ): Promise<boolean> {
    return (await this.db.row(ADD, [id, provider, ctx.tenant, ctx.user, tokens, price_cents])) !== undefined;
  }

  /** A payment of the person acted for; of anybody where a service acts for nobody. */
  find(ctx: Ctx, id: string): Promise<Payment | undefined> {
    return this.db.row(FIND, [id, ctx.tenant, ctx.user]);
  }

  /** Credits a paid payment to its owner, once however often it is asked for, and tells it once. */
  credit(ctx: Ctx, id: string): Promise<Credited> {
    return this.db.transaction(async () => {
      const credited = await this.db.row(CREDIT, [id]);
      if (!credited) throw new Error('a payment that is gone');
      const { tenant_id, user_id, tokens, balance, transaction_id, fresh } = credited;
      if (fresh) {
        const owner = { ...ctx, tenant: tenant_id, user: user_id };
        await this.outbox.add(billing.balanceChanged, owner, {
          tenant_id,
          user_id,
          balance,
          amount: tokens,
          reason: 'topup',
          transaction_id,
        });
      }
      return credited;
    });
  }
}
