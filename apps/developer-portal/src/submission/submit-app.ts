import { type SubmissionCheck, portal, type SubmitReceipt } from '@skep/contracts/portal';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { nextStatus } from '../app/app-status.js';
import { DeployRepository } from '../deploy/deploy.repository.js';
import { runChecks } from './checks.js';
import { type Listing, toListing } from './listing.js';
import { reviewMcpServer } from './mcp-server-review.js';
import type { SubmissionEntity } from './submission.entity.js';
import { SubmissionRepository } from './submission.repository.js';

/**
 * Submits the latest release of an app for review, if the checks pass. Later deploys do not change the revision under review:
 * submitting again returns the same answer.
 */
@Injectable()
export class SubmitApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DeveloperAppNotFound */
  run(ctx: Ctx, app_id: string): Promise<SubmitReceipt> {
    return this.db.transaction(async () => {
      const app = await this.apps.getOwn(ctx, app_id, { lock: true });
      const open = await this.submissions.findOpen(app);
      if (open && app.suspend_reason === null) return toReceipt(app_id, open, open.checks);

      const checks = runChecks(app, await this.deploys.hasSucceeded(app));
      const status = checks.every(({ passed }) => passed) && nextStatus(app, 'submit');
      if (!status) return toReceipt(app_id, null, checks);

      const { tenant_id, developer_id, revision, version } = app;
      const submission = await this.submissions.add({
        submission_id: `sub_${randomBytes(10).toString('hex')}`,
        app_id,
        tenant_id,
        revision,
        version: version ?? '',
        listing: await this.listingOf(app),
        checks,
        submitted_by: ctx.user,
      });
      await this.apps.update(app, {
        status,
        submitted_at: submission.submitted_at,
        reject_reason: null,
        reject_codes: [],
        reject_evidence: null,
      });
      await this.outbox.add(portal.reviewStatusChanged, ctx, { app_id, developer_id, tenant_id, decision: 'submitted', reason: null });
      return toReceipt(app_id, submission, checks);
    });
  }

  /** What a submission of the app would contain now. */
  async listingOf(app: AppEntity): Promise<Listing> {
    const approved = (await this.submissions.findApproved(app))?.listing;
    const mcp_server = reviewMcpServer(await this.apps.getIr(app), app.functions, approved);
    return toListing(app, { icon_svg: await this.apps.getUploadedIcon(app), mcp_server });
  }
}

const toReceipt = (app_id: string, submission: SubmissionEntity | null, checks: SubmissionCheck[]): SubmitReceipt => ({
  app_id,
  status: submission ? 'pending_review' : 'failed',
  submitted_at: submission?.submitted_at ?? null,
  revision: submission?.revision ?? null,
  checks,
});
