import { portal } from '@skep/contracts';
import { type Ctx, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { App } from '../app/app.entity.js';
import type { Submission } from './submission.entity.js';
import { SubmissionRepository } from './submission.repository.js';

/** Ends submissions, and publishes how they ended. Every method runs inside a transaction that has locked the app. */
@Injectable()
export class Decisions {
  constructor(
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
  ) {}

  async record(
    ctx: Ctx,
    { app_id, developer_id, tenant_id }: App,
    submission: Submission,
    decision: NonNullable<Submission['decision']>,
    reason: string | null = null,
    codes: string[] = [],
  ): Promise<void> {
    const decided_by = ctx.user || ctx.actor;
    await this.submissions.decide(submission, { decision, reason, codes, decided_by, decided_at: new Date() });
    await this.outbox.add(portal.reviewMoved, ctx, { app_id, developer_id, tenant_id, decision, reason });
  }

  /** Withdraws the app's open submission. @returns whether there was one */
  async withdraw(ctx: Ctx, app: App): Promise<boolean> {
    const submission = await this.submissions.open(app);
    if (submission) await this.record(ctx, app, submission, 'withdrawn');
    return submission !== null;
  }
}
