import {
  billing,
  type BuyTier,
  type AssignTier,
  InsufficientCredits,
  type TierPurchase,
  TierRunning,
  TierAssignment,
} from '@skep/contracts/billing';
import { as, type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { IsNull, MoreThan } from 'typeorm';
import { DeveloperTierEntity } from './developer-tier.entity.js';

const BUY = statement('select * from buy_tier(:tenant, :user, :tier, :price)', {
  ...{ outcome: as<'bought' | 'unchanged' | 'running' | 'insufficient'>('text'), charged: 'int8', available: 'int8', balance: 'int8' },
  transaction_id: 'text?',
});
const ASSIGN = statement(
  `insert into developer_tier as d (tenant_id, developer_id, tier, price, tier_until, comped_by)
  values (:tenant_id, :user_id, :tier, :price, :until, :comped_by)
  on conflict (tenant_id, developer_id) do update
     set tier = excluded.tier, price = excluded.price, tier_until = excluded.tier_until, comped_by = excluded.comped_by,
         tier_sequence = d.tier_sequence + 1, transaction_id = null, changed_at = now()
  returning tenant_id, developer_id, tier, tier_until, comped_by, tier_sequence`,
  TierAssignment,
);

/** Developer tiers. */
@Injectable()
export class TierRepository {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
  ) {}

  /** Buys a year of a tier from the caller's wallet; free if they have it. @throws Problem `insufficient_credits`, `tier_running`. */
  buy(ctx: Ctx, { tier, price }: BuyTier): Promise<TierPurchase> {
    const { tenant, user } = ctx;
    return this.db.transaction(async () => {
      const { outcome, charged, available, balance, transaction_id } = (await this.db.row(BUY, { tenant, user, tier, price }))!;
      const term = await this.db.repository(DeveloperTierEntity).findOneBy({ tenant_id: tenant, developer_id: user });
      if (outcome === 'running')
        throw TierRunning(
          `You have the tier ${term?.tier} ${term?.tier_until ? `until ${term.tier_until.toISOString()}` : 'without an end'}.`,
        );
      if (outcome === 'insufficient')
        throw InsufficientCredits(`This costs ${charged} credits, and your wallet has ${available}. Top up with POST /v1/billing/topup.`);
      if (!term) return { tenant_id: tenant, developer_id: user, tier, tier_until: null, comped_by: null, tier_sequence: 0, charged };
      if (outcome === 'bought') await this.outbox.add(billing.tierChanged, ctx, term);
      if (transaction_id)
        await this.outbox.add(billing.balanceChanged, ctx, {
          ...{ tenant_id: tenant, user_id: user, balance, amount: -charged, reason: 'tier', transaction_id },
        });
      return { ...term, charged };
    });
  }

  /** Assigns a tier to a user, free of charge. */
  assign(ctx: Ctx, { until, ...assignment }: AssignTier): Promise<TierAssignment> {
    return this.db.transaction(async () => {
      const term = (await this.db.row(ASSIGN, { ...assignment, until, comped_by: ctx.user || ctx.actor }))!;
      await this.outbox.add(billing.tierChanged, ctx, term);
      return term;
    });
  }

  /** Whether the caller's current tier includes payouts. */
  includesPayouts({ tenant, user }: Ctx): Promise<boolean> {
    const paid = { tenant_id: tenant, developer_id: user, price: MoreThan(0) };
    const where = [IsNull(), MoreThan(new Date())].map((tier_until) => ({ ...paid, tier_until }));
    return this.db.repository(DeveloperTierEntity).exists({ where });
  }
}
