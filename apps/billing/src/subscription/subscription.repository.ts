import { billing, PlanNotFound, SubscriptionConflict, type SubscriptionTransition } from '@skep/contracts/billing';
import { type Ctx, Database, newCtx, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { PlanEntity } from '../plan/plan.entity.js';
import { Prices } from '../topup/prices.js';
import { PlanChargeEntity } from './plan-charge.entity.js';
import { SubscriptionEntity } from './subscription.entity.js';
import type { NewPlanCharge } from './terms.js';

/** The owner of a subscription; a `Ctx` fits. */
export type Owner = Pick<Ctx, 'tenant' | 'user'>;

const INSERT = statement('insert into subscription (tenant_id, user_id) values (:tenant, :user) on conflict do nothing');
const LOCK = statement('select * from subscription where tenant_id = :tenant and user_id = :user for update', SubscriptionEntity);
const LOCK_DUE = statement(
  'select * from subscription where due_at <= now() order by due_at limit 1 for update skip locked',
  SubscriptionEntity,
);
const SET_PLAN = statement('select set_plan(:tenant_id, :user_id, :plan, :status)');
const GRANT = statement('select grant_included(:tenant_id, :user_id, :key, :plan, :tokens, :bought) as id', { id: 'text?' });

/** Subscriptions and their charges. Lock a subscription before deciding about it, and before its wallet. */
@Injectable()
export class SubscriptionRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly prices: Prices,
  ) {}

  /** The owner's subscription; null if they never left the free plan. */
  find({ tenant, user }: Owner): Promise<SubscriptionEntity | null> {
    return this.db.repository(SubscriptionEntity).findOneBy({ tenant_id: tenant, user_id: user });
  }

  /** Locks the owner's subscription, and creates one of the free plan first if there is none. Needs a transaction. */
  async lockOrCreate(owner: Owner): Promise<SubscriptionEntity> {
    let subscription = await this.db.row(LOCK, owner);
    if (!subscription) {
      await this.db.rows(INSERT, owner);
      subscription = await this.db.row(LOCK, owner);
    }
    return subscription!;
  }

  /** Locks a due subscription that no other transaction has locked; undefined if there is none. */
  lockDue(): Promise<SubscriptionEntity | undefined> {
    return this.db.row(LOCK_DUE);
  }

  /** @throws Problem `plan_not_found`. */
  async getPlan(id: string): Promise<PlanEntity> {
    const plan = await this.db.repository(PlanEntity).findOneBy({ id });
    if (!plan) throw PlanNotFound();
    return plan;
  }

  /** Saves the subscription and the wallet's copy of the plan, and publishes the transition, if any. */
  async save(subscription: SubscriptionEntity, transition?: SubscriptionTransition): Promise<void> {
    const { tenant_id, user_id, plan, status, period_end } = subscription;
    await this.db.repository(SubscriptionEntity).update({ tenant_id, user_id }, subscription);
    await this.db.rows(SET_PLAN, subscription);
    if (!transition) return;
    const owner = newCtx({ tenant: tenant_id, user: user_id, actor: 'service:billing' });
    await this.outbox.add(billing.subscriptionChanged, owner, {
      ...{ tenant_id, user_id, move: transition, plan, status, expires_at: period_end },
    });
  }

  findOpenCharge({ tenant_id, user_id }: SubscriptionEntity): Promise<PlanChargeEntity | null> {
    return this.db.repository(PlanChargeEntity).findOneBy({ tenant_id, user_id, status: 'open' });
  }

  /** @throws Problem `subscription_conflict` while a charge is open. */
  async assertNoOpenCharge(subscription: SubscriptionEntity): Promise<void> {
    if (await this.findOpenCharge(subscription))
      throw SubscriptionConflict('A payment for your plan is in progress. Try again in a minute.');
  }

  getCharge(id: string): Promise<PlanChargeEntity> {
    return this.db.repository(PlanChargeEntity).findOneByOrFail({ id });
  }

  /** Adds an open charge. */
  async addCharge({ tenant_id, user_id }: SubscriptionEntity, charge: NewPlanCharge): Promise<PlanChargeEntity> {
    const id = `pch_${randomUUID().replaceAll('-', '')}`;
    await this.db.repository(PlanChargeEntity).insert({ id, tenant_id, user_id, ...charge });
    return this.getCharge(id);
  }

  async updateCharge(id: string, changes: Partial<PlanChargeEntity>): Promise<void> {
    await this.db.repository(PlanChargeEntity).update({ id }, changes);
  }

  /**
   * Adds the credits of a paid charge to the wallet, once: as many as its price would have bought as bought credits, the rest as granted
   * ones. Returns the id of the ledger transaction; null for zero credits.
   */
  async grantIncluded(charge: PlanChargeEntity): Promise<string | null> {
    const { id, tokens, cents } = charge;
    const bought = Math.min(tokens, (await this.prices.current()).tokensFor(cents));
    return (await this.db.row(GRANT, { ...charge, key: `included:${id}`, bought }))?.id ?? null;
  }
}
