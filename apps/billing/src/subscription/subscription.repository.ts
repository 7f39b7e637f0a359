import { billing, PlanNotFound, SubscriptionConflict, type SubscriptionTransition } from '@skep/contracts';
import { type Ctx, Database, newCtx, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PlanEntity } from '../plan/plan.entity.js';
import { Prices } from '../topup/prices.js';
import { PlanChargeEntity } from './plan-charge.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';
import type { Charge } from './terms.js';

/** Whose subscription: a context will do. */
export type Owner = Pick<Ctx, 'tenant' | 'user'>;

const ROW = statement('insert into subscription (tenant_id, user_id) values ($1, $2) on conflict do nothing');
const LOCK = statement<SubscriptionEntity>('select * from subscription where tenant_id = $1 and user_id = $2 for update');
const DUE = statement<SubscriptionEntity>(
  'select * from subscription where due_at <= now() order by due_at limit 1 for update skip locked',
);
const SET_PLAN = statement('select set_plan($1, $2, $3, $4)');
const GRANT = statement<{ id: string | null }>('select grant_included($1, $2, $3, $4, $5, $6) as id');

/** Subscriptions and what is charged for them. A row is locked before anything is decided about it, and before its wallet. */
@Injectable()
export class SubscriptionRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly prices: Prices,
  ) {}

  /** null: on the free plan since the wallet opened. */
  find({ tenant, user }: Owner): Promise<SubscriptionEntity | null> {
    return this.db.of(SubscriptionEntity).findOneBy({ tenant_id: tenant, user_id: user });
  }

  /** Locks it; somebody who has none yet gets one of the free plan. Within a transaction. */
  async lock({ tenant, user }: Owner): Promise<SubscriptionEntity> {
    let subscription = await this.db.row(LOCK, [tenant, user]);
    if (!subscription) {
      await this.db.rows(ROW, [tenant, user]);
      subscription = await this.db.row(LOCK, [tenant, user]);
    }
    return subscription!;
  }

  /** Locks one that somebody must look at, if there is any that nobody else has locked. */
  lockDue(): Promise<SubscriptionEntity | undefined> {
    return this.db.row(DUE);
  }

  /** @throws Problem `plan_not_found`. */
  async plan(id: string): Promise<PlanEntity> {
    const plan = await this.db.of(PlanEntity).findOneBy({ id });
    if (!plan) throw PlanNotFound();
    return plan;
  }

  /** Writes it down, the wallet's copy as well, and tells it if it is news. */
  async save(subscription: SubscriptionEntity, move?: SubscriptionTransition): Promise<void> {
    const { tenant_id, user_id, plan, status, period_end } = subscription;
    await this.db.of(SubscriptionEntity).update({ tenant_id, user_id }, subscription);
    await this.db.rows(SET_PLAN, [tenant_id, user_id, plan, status]);
    if (!move) return;
    const owner = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:billing' });
    await this.outbox.add(billing.subscriptionChanged, owner, { tenant_id, user_id, move, plan, status, expires_at: period_end });
  }

  openCharge({ tenant_id, user_id }: SubscriptionEntity): Promise<PlanChargeEntity | null> {
    return this.db.of(PlanChargeEntity).findOneBy({ tenant_id, user_id, status: 'open' });
  }

  /** @throws Problem `subscription_conflict` while a charge is open. */
  async mustHaveNoOpenCharge(subscription: SubscriptionEntity): Promise<void> {
    if (await this.openCharge(subscription)) throw SubscriptionConflict('A payment for your plan is under way. Try again soon.');
  }

  charge(id: string): Promise<PlanChargeEntity> {
    return this.db.of(PlanChargeEntity).findOneByOrFail({ id });
  }

  /** Writes down what a saved card will be charged. */
  async addCharge({ tenant_id, user_id }: SubscriptionEntity, charge: Charge): Promise<PlanChargeEntity> {
    const id = `pch_${randomUUID().replaceAll('-', '')}`;
    await this.db.of(PlanChargeEntity).insert({ id, tenant_id, user_id, ...charge });
    return this.charge(id);
  }

  async endCharge(id: string, end: Partial<PlanChargeEntity>): Promise<void> {
    await this.db.of(PlanChargeEntity).update({ id }, end);
  }

  /**
   * Gives the credits that a paid charge brings, once: as bought ones those that its price would have bought, as granted ones what
   * the plan adds to them. The ledger's transaction; null where it brings none.
   */
  async grant({ id, tenant_id, user_id, plan, tokens, cents }: PlanChargeEntity): Promise<string | null> {
    const bought = Math.min(tokens, this.prices.tokensFor(cents));
    return (await this.db.row(GRANT, [tenant_id, user_id, `included:${id}`, plan, tokens, bought]))?.id ?? null;
  }
}
