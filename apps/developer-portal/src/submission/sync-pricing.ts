import { DeveloperAppNotFound, portal, type PricingSynced } from '@skep/contracts';
import { type Ctx, Database, type Log, LOG, Outbox } from '@skep/platform';
import { Inject, Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { approvalOf } from './approval.js';
import { mustReview, SubmissionRepository } from './submission.repository.js';

/** Tells approvals once more, so that whoever keeps prices has those of the live release again, whatever has become of his. */
@Injectable()
export class SyncPricing {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** @throws NoSuchApp where there is no live release; Forbidden */
  one(ctx: Ctx, app_id: string): Promise<PricingSynced> {
    mustReview(ctx);
    return this.db.transaction(async () => {
      const app = await this.apps.any(app_id, { lock: true });
      const approved = await this.submissions.approved(app);
      if (!approved) throw DeveloperAppNotFound('This app has no live release');
      const told = approvalOf(app, approved);
      await this.outbox.add(portal.appApproved, ctx, told);
      const { revision, pricing_model, pricing_config } = told;
      this.log.info({ app_id, revision, by: ctx.user || ctx.actor, request: ctx.request }, 'the prices of a live release are told again');
      return { app_id, revision, pricing_model, pricing_config, revenue_split_dev: app.revenue_split_dev };
    });
  }

  /** @throws Forbidden */
  async all(ctx: Ctx) {
    mustReview(ctx);
    const app_ids = await this.apps.liveIds();
    for (const app_id of app_ids) await this.one(ctx, app_id);
    return { synced: app_ids.length, app_ids };
  }
}
