import { DeveloperAppNotFound, portal, type PricingSynced } from '@skep/contracts/portal';
import { type Ctx, Database, type Log, LOG, Outbox } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { toAppApproved } from './approval.js';
import { assertReviewer, SubmissionRepository } from './submission.repository.js';

/** Republishes approvals, so that services that store prices have those of the approved release again. */
@Injectable()
export class SyncPricing {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws Forbidden; DeveloperAppNotFound if the app has no approved release */
  syncApp(ctx: Ctx, app_id: string): Promise<PricingSynced> {
    assertReviewer(ctx);
    return this.db.transaction(async () => {
      const app = await this.apps.get(app_id, { lock: true });
      const approved = await this.submissions.findApproved(app);
      if (!approved) throw DeveloperAppNotFound(`App '${app_id}' has no approved release`);
      const event = toAppApproved(app, approved);
      await this.outbox.add(portal.appApproved, ctx, event);
      const { revision, pricing_model, pricing_config } = event;
      this.log.info({ app_id, revision, by: ctx.user || ctx.actor, request: ctx.request }, 'republished the prices of an approved release');
      return { app_id, revision, pricing_model, pricing_config, revenue_split_dev: app.revenue_split_dev };
    });
  }

  /** @throws Forbidden */
  async syncAll(ctx: Ctx) {
    assertReviewer(ctx);
    const app_ids = await this.apps.listLiveIds();
    for (const app_id of app_ids) await this.syncApp(ctx, app_id);
    return { synced: app_ids.length, app_ids };
  }
}
