import { Conflict } from '@skep/contracts';
import { type ApproveApp, NotPending, portal, type RejectApp } from '@skep/contracts/portal';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { type StatusAction, nextStatus } from '../app/app-status.js';
import { DeveloperRepository } from '../developer/developer.repository.js';
import { toAppApproved } from './approval.js';
import { Decisions } from './decisions.js';
import { assertNotOwn, assertReviewer, SubmissionRepository } from './submission.repository.js';

/** Approves or rejects the revision under review, as a reviewer. */
@Injectable()
export class ReviewApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly developers: DeveloperRepository,
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Makes the revision the one that users run, listed as it was submitted.
   * @throws DeveloperAppNotFound, AppSuspended, NotPending, Forbidden; Conflict if `revision` is not the submitted one
   */
  approve(ctx: Ctx, { app_id, revision, evidence }: ApproveApp): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const { app, submission, status } = await this.lockUnderReview(ctx, app_id, 'approve');
      const submitted = submission.revision;
      if (revision !== undefined && revision !== submitted)
        throw Conflict(`Revision ${submitted} is under review, not ${revision}. Review and approve revision ${submitted}.`);
      const approved_at = new Date();
      await this.decisions.record(ctx, app, submission, { decision: 'approved', evidence });
      const revenue_split_dev = await this.developers.getSplit(app);
      await this.apps.update(app, { status, approved_revision: submitted, approved_at, revenue_split_dev });
      await this.outbox.add(portal.appApproved, ctx, toAppApproved(app, submission));
      return app;
    });
  }

  /** Makes the app a draft again. Users keep running the revision approved before. @throws DeveloperAppNotFound, AppSuspended, NotPending, Forbidden */
  reject(ctx: Ctx, { app_id, reason, codes, evidence }: RejectApp): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const { app, submission, status } = await this.lockUnderReview(ctx, app_id, 'reject');
      await this.decisions.record(ctx, app, submission, { decision: 'rejected', reason, codes, evidence });
      return this.apps.update(app, { status, reject_reason: reason, reject_codes: codes, reject_evidence: evidence ?? null });
    });
  }

  private async lockUnderReview(ctx: Ctx, app_id: string, action: StatusAction) {
    assertReviewer(ctx);
    const app = await this.apps.get(app_id, { lock: true });
    assertNotOwn(ctx, app);
    const submission = await this.submissions.findOpen(app);
    const status = nextStatus(app, action);
    if (!submission || !status) throw NotPending();
    return { app, submission, status };
  }
}
