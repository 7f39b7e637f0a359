import { billing } from '@skep/contracts';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const PEOPLE_MAX = 20_000;
/** As long as a limit that an operator has set may go unnoticed. */
const KEPT_MS = 60_000;
/** How long a write waits for billing. */
const TIMEOUT_MS = 1_000;
/** While billing is away, for whoever it has not been asked about: what the free plan allows. */
const UNKNOWN_BYTES = 50 * 1024 * 1024;

type Whose = Pick<Ctx, 'tenant' | 'user'>;
const keyOf = ({ tenant, user }: Whose) => JSON.stringify([tenant, user]);

/** How many bytes a person's plan allows for documents. Billing is asked once a minute and person, and after a change of plan. */
@Injectable()
export class StorageLimits {
  private readonly people: LRUCache<string, number, Ctx>;

  constructor(private readonly bus: Bus) {
    this.people = new LRUCache<string, number, Ctx>({
      max: PEOPLE_MAX,
      ttl: KEPT_MS,
      allowStaleOnFetchRejection: true,
      noDeleteOnFetchRejection: true,
      fetchMethod: (_key, _old, { context }) => this.ask(context),
    });
    bus.subscribe(billing.subscriptionChanged, ({ tenant_id, user_id }) => this.people.delete(keyOf({ tenant: tenant_id, user: user_id })));
  }

  /** Bytes; below 0 for no limit. */
  async of(ctx: Ctx): Promise<number> {
    return (await this.people.fetch(keyOf(ctx), { context: ctx }).catch(() => undefined)) ?? UNKNOWN_BYTES;
  }

  private async ask(ctx: Ctx): Promise<number> {
    const deadline = Math.min(ctx.deadline, Date.now() + TIMEOUT_MS);
    return (await this.bus.call(billing.getStorageLimit, { ...ctx, deadline, idempotencyKey: undefined }, {})).bytes;
  }
}
