import {
  billing,
  type BuyTier,
  type AssignTier,
  InsufficientCredits,
  type TierPurchase,
  TierRunning,
  type TierAssignment,
} from '@skep/contracts/billing';
import { type Ctx, Database, Outbox, statement } from '@skep/platform';
import { Injectable } from '@nestjs/common';

/** A row of buy_tier. */
interface PurchaseResult {
  outcome: 'bought' | 'unchanged' | 'running' | 'insufficient';
  charged: number;
  available: number;
  balance: number;
  transaction_id: string | null;
}

const BUY = statement<PurchaseResult & object>('select * from buy_tier($1, $2, $3, $4)');
const COLUMNS = 'tenant_id, developer_id, tier, tier_until, comped_by, tier_sequence';
const FIND = statement<TierAssignment & object>(`select ${COLUMNS} from developer_tier where tenant_id = $1 and developer_id = $2`);
const ASSIGN = statement<TierAssignment & object>(`
  insert into developer_tier as d (tenant_id, developer_id, tier, price, tier_until, comped_by) values ($1, $2, $3, $4, $5, $6)
  on conflict (tenant_id, developer_id) do update
     set tier = excluded.tier, price = excluded.price, tier_until = excluded.tier_until, comped_by = excluded.comped_by,
         tier_sequence = d.tier_sequence + 1, transaction_id = null, changed_at = now()
  returning ${COLUMNS}`);
const INCLUDES_PAYOUTS = statement<{ ok: boolean }>(`
  select true as ok from developer_tier
   where tenant_id = $1 and developer_id = $2 and price > 0 and (tier_until is null or tier_until > now())`);

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
      const { outcome, charged, available, balance, transaction_id } = (await this.db.row(BUY, [tenant, user, tier, price]))!;
      const term = await this.db.row(FIND, [tenant, user]);
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
  assign(ctx: Ctx, { tenant_id, user_id, tier, price, until }: AssignTier): Promise<TierAssignment> {
    return this.db.transaction(async () => {
      const term = (await this.db.row(ASSIGN, [tenant_id, user_id, tier, price, until ?? null, ctx.user || ctx.actor]))!;
      await this.outbox.add(billing.tierChanged, ctx, term);
      return term;
    });
  }

  /** Whether the caller's current tier includes payouts. */
  async includesPayouts({ tenant, user }: Ctx): Promise<boolean> {
    return (await this.db.row(INCLUDES_PAYOUTS, [tenant, user])) !== undefined;
  }
}
