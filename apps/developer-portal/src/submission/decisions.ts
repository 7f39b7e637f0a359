import { portal } from '@skep/contracts/portal';
import { type Ctx, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import type { SubmissionEntity } from './submission.entity.js';
import { SubmissionRepository } from './submission.repository.js';

interface Decision {
  decision: NonNullable<SubmissionEntity['decision']>;
  reason?: string | null | undefined;
  codes?: string[] | undefined;
  evidence?: string | null | undefined;
}

/** Records decisions on submissions, and publishes them. Every method must run in a transaction that has locked the app. */
@Injectable()
export class Decisions {
  constructor(
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
  ) {}

  async record(
    ctx: Ctx,
    { app_id, developer_id, tenant_id }: AppEntity,
    submission: SubmissionEntity,
    { decision, reason = null, codes = [], evidence = null }: Decision,
  ): Promise<void> {
    const decided_by = ctx.user || ctx.actor;
    await this.submissions.saveDecision(submission, { decision, reason, codes, evidence, decided_by, decided_at: new Date() });
    await this.outbox.add(portal.reviewStatusChanged, ctx, { app_id, developer_id, tenant_id, decision, reason });
  }

  /** Withdraws the app's open submission. False if it has none. */
  async withdraw(ctx: Ctx, app: AppEntity): Promise<boolean> {
    const submission = await this.submissions.findOpen(app);
    if (submission) await this.record(ctx, app, submission, { decision: 'withdrawn' });
    return submission !== null;
  }
}
