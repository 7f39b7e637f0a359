import { type CallableApp, registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const APPS_MAX = 20_000;
/** How long an answer is used at most. A change whose broadcast is lost takes effect within this time. */
const CACHE_TTL_MS = 2_000;

/**
 * What callers may run, as the registry answered. A change makes the registry broadcast, which removes the answers that it concerns.
 * Refusals are not kept.
 */
@Injectable()
export class CallableApps {
  private readonly answers = new LRUCache<string, CallableApp>({ max: APPS_MAX, ttl: CACHE_TTL_MS });
  private changes = 0;

  constructor(private readonly bus: Bus) {
    bus.subscribe(registry.callableAppChanged, ({ app_id, user_id }) => {
      this.changes++;
      for (const key of this.answers.keys()) {
        const [, user, app] = JSON.parse(key) as [string, string, string];
        if ((user_id ?? user) === user && (app_id ?? app) === app) this.answers.delete(key);
      }
    });
  }

  /** @throws Problem `app_not_installed`, `app_suspended`, `app_disabled`. */
  async find(ctx: Ctx, app_id: string): Promise<CallableApp> {
    const key = JSON.stringify([ctx.tenant, ctx.user, app_id]);
    const known = this.answers.get(key);
    if (known) return known;
    const { changes } = this;
    const start = performance.now();
    const app = await this.bus.call(registry.resolveCall, ctx, { app_id });
    // An answer on its way during a change may be that of before it.
    if (changes === this.changes) this.answers.set(key, app, { start });
    return app;
  }
}
