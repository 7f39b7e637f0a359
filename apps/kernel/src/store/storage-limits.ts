import { billing } from '@skep/contracts/billing';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const USERS_MAX = 20_000;
/** A limit that an operator sets takes effect within this time. */
const CACHE_TTL_MS = 60_000;
/** How long a write waits for billing. */
const TIMEOUT_MS = 1_000;
/** The limit of the free plan: used while billing is unavailable and the user's limit is not cached. */
const DEFAULT_LIMIT_BYTES = 50 * 1024 * 1024;

type UserRef = Pick<Ctx, 'tenant' | 'user'>;
const cacheKeyOf = ({ tenant, user }: UserRef) => JSON.stringify([tenant, user]);

/** How many bytes of documents a user's plan allows. Billing is asked once a minute per user, and after a change of plan. */
@Injectable()
export class StorageLimits {
  private readonly limits: LRUCache<string, number, Ctx>;

  constructor(private readonly bus: Bus) {
    this.limits = new LRUCache<string, number, Ctx>({
      max: USERS_MAX,
      ttl: CACHE_TTL_MS,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
      fetchMethod: (_key, _stale, { context }) => this.fetchLimit(context),
    });
    bus.subscribe(billing.subscriptionChanged, ({ tenant_id, user_id }) =>
      this.limits.delete(cacheKeyOf({ tenant: tenant_id, user: user_id })),
    );
  }

  /** Bytes; a negative number means no limit. */
  async getLimit(ctx: Ctx): Promise<number> {
    return (await this.limits.fetch(cacheKeyOf(ctx), { context: ctx }).catch(() => undefined)) ?? DEFAULT_LIMIT_BYTES;
  }

  private async fetchLimit(ctx: Ctx): Promise<number> {
    const deadline = Math.min(ctx.deadline, Date.now() + TIMEOUT_MS);
    return (await this.bus.call(billing.getStorageLimit, { ...ctx, deadline, idempotencyKey: undefined }, {})).bytes;
  }
}
