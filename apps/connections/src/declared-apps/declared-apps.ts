import { type AppDeclarations, registry } from '@skep/contracts/registry';
import { Bus, type Ctx } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';

const APPS_MAX = 20_000;
/** How long an answer is used at most. A change whose broadcast is lost takes effect within this time. */
const CACHE_TTL_MS = 2_000;

/** What apps declare, as the registry answered. A change of an app makes it broadcast, which removes all answers: they are rare. */
@Injectable()
export class DeclaredApps {
  private readonly answers = new LRUCache<string, AppDeclarations>({ max: APPS_MAX, ttl: CACHE_TTL_MS });
  private changes = 0;

  constructor(private readonly bus: Bus) {
    bus.subscribe(registry.callableAppChanged, () => {
      this.changes++;
      this.answers.clear();
    });
  }

  /** @throws Problem `app_not_installed`, `app_suspended` */
  async find(ctx: Ctx, app_id: string): Promise<AppDeclarations> {
    const key = JSON.stringify([ctx.tenant, ctx.user, app_id]);
    const known = this.answers.get(key);
    if (known) return known;
    const { changes } = this;
    const start = performance.now();
    const app = await this.bus.call(registry.resolveDeclarations, { ...ctx, idempotencyKey: undefined }, { app_id });
    // An answer on its way during a change may be that of before it.
    if (changes === this.changes) this.answers.set(key, app, { start });
    return app;
  }
}
