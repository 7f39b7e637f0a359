import { billing } from '@skep/contracts';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const PEOPLE_MAX = 20_000;
/** As long as a limit that an operator has set may go unnoticed. */
const KEPT_MS = 60_000;

type Whose = Pick<Ctx, 'tenant' | 'user'>;
const keyOf = ({ tenant, user }: Whose) => JSON.stringify([tenant, user]);

/** Those whose plan sets no limit to calls, as billing has told lately: for them it need not be asked. Another plan is news. */
@Injectable()
export class Unlimited {
  private readonly people = new LRUCache<string, true>({ max: PEOPLE_MAX, ttl: KEPT_MS });

  constructor(bus: Bus) {
    bus.subscribe(billing.subscriptionChanged, ({ tenant_id, user_id }) => this.people.delete(keyOf({ tenant: tenant_id, user: user_id })));
  }

  has(whose: Whose): boolean {
    return this.people.has(keyOf(whose));
  }

  add(whose: Whose): void {
    this.people.set(keyOf(whose), true);
  }
}
