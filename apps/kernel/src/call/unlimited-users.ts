import { billing } from '@skep/contracts/billing';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const USERS_MAX = 20_000;
/** A limit that an operator sets takes effect within this time. */
const CACHE_TTL_MS = 60_000;

type UserRef = Pick<Ctx, 'tenant' | 'user'>;
const cacheKeyOf = ({ tenant, user }: UserRef) => JSON.stringify([tenant, user]);

/** Caches the users whose plan does not limit calls, so that billing is not asked for them. A change of plan removes the user. */
@Injectable()
export class UnlimitedUsers {
  private readonly users = new LRUCache<string, true>({ max: USERS_MAX, ttl: CACHE_TTL_MS });

  constructor(bus: Bus) {
    bus.subscribe(billing.subscriptionChanged, ({ tenant_id, user_id }) =>
      this.users.delete(cacheKeyOf({ tenant: tenant_id, user: user_id })),
    );
  }

  has(user: UserRef): boolean {
    return this.users.has(cacheKeyOf(user));
  }

  add(user: UserRef): void {
    this.users.set(cacheKeyOf(user), true);
  }
}
