import { type SubmissionCheck, portal, type SubmitReceipt } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { AppRepository } from '../app/app.repository.js';
import { moved } from '../app/app-status.js';
import { DeployRepository } from '../deploy/deploy.repository.js';
import { checksOf } from './checks.js';
import { listingOf } from './listing.js';
import type { SubmissionEntity } from './submission.entity.js';
import { SubmissionRepository } from './submission.repository.js';

/**
 * Puts the newest release of an app before the reviewers, if the checks pass. While a revision is under review it stays that
 * one, whatever is deployed meanwhile: submitting again gives the same answer.
 */
@Injectable()
export class SubmitAppStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
  ) {}

  run(ctx: Ctx, app_id: string): Promise<SubmitReceipt> {
    return this.db.transaction(async () => {
      const app = await this.apps.own(ctx, app_id, { lock: true });
      const open = await this.submissions.open(app);
      if (open && app.suspend_reason === null) return receipt(app_id, open, open.checks);

      const checks = checksOf(app, await this.deploys.hasSucceeded(app));
      const status = checks.every(({ passed }) => passed) && moved(app, 'submit');
      if (!status) return receipt(app_id, null, checks);

      const { tenant_id, developer_id, revision, version } = app;
      const submission = await this.submissions.add({
        submission_id: `sub_${randomBytes(10).toString('hex')}`,
        app_id,
        tenant_id,
        revision,
        version: version ?? '',
        listing: listingOf(app, await this.apps.iconOf(app)),
        checks,
        submitted_by: ctx.user,
      });
      await this.apps.change(app, { status, submitted_at: submission.submitted_at, reject_reason: null, reject_codes: [] });
      await this.outbox.add(portal.reviewStatusChanged, ctx, { app_id, developer_id, tenant_id, decision: 'submitted', reason: null });
      return receipt(app_id, submission, checks);
    });
  }
}

const receipt = (app_id: string, submission: SubmissionEntity | null, checks: SubmissionCheck[]): SubmitReceipt => ({
  app_id,
  status: submission ? 'pending_review' : 'failed',
  submitted_at: submission?.submitted_at ?? null,
  revision: submission?.revision ?? null,
  checks,
});
