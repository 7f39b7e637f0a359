import { type ApproveApp, Conflict, NotPending, portal, type RejectApp } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { type Move, moved } from '../app/app-status.js';
import { DeveloperRepository } from '../developer/developer.repository.js';
import { approvalOf } from './approval.js';
import { Decisions } from './decisions.js';
import { mustReview, SubmissionRepository } from './submission.repository.js';

/** A reviewer's decision on the revision under review. */
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
   * Users run the revision from now on, and find it listed as it was submitted.
   * @throws NoSuchApp, AppSuspended, NotPending, Forbidden; Conflict where `revision` is not the submitted one
   */
  approve(ctx: Ctx, { app_id, revision }: ApproveApp): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const { app, submission, status } = await this.underReview(ctx, app_id, 'approve');
      const submitted = submission.revision;
      if (revision !== undefined && revision !== submitted)
        throw Conflict(`Revision ${submitted} is under review, not ${revision}. Review it, and approve revision ${submitted}.`);
      const approved_at = new Date();
      await this.decisions.record(ctx, app, submission, 'approved');
      const revenue_split_dev = await this.developers.splitOf(app);
      await this.apps.change(app, { status, approved_revision: submitted, approved_at, revenue_split_dev });
      await this.outbox.add(portal.appApproved, ctx, approvalOf(app, submission));
      return app;
    });
  }

  /** The app is a draft again. A revision that was approved before stays what users run. @throws NoSuchApp, AppSuspended, NotPending, Forbidden */
  reject(ctx: Ctx, { app_id, reason, codes }: RejectApp): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const { app, submission, status } = await this.underReview(ctx, app_id, 'reject');
      await this.decisions.record(ctx, app, submission, 'rejected', reason, codes);
      return this.apps.change(app, { status, reject_reason: reason, reject_codes: codes });
    });
  }

  private async underReview(ctx: Ctx, app_id: string, move: Move) {
    mustReview(ctx);
    const app = await this.apps.any(app_id, { lock: true });
    const submission = await this.submissions.open(app);
    const status = moved(app, move);
    if (!submission || !status) throw NotPending();
    return { app, submission, status };
  }
}
