import { portal, type SetAppMetadata as Input } from '@skep/contracts/portal';
import { assertOperator, type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { findTextChanges } from '../app/text-changes.js';
import { toAppApproved } from '../submission/approval.js';
import { SubmissionRepository } from '../submission/submission.repository.js';

/** Changes what users see of an app, as an administrator: in its record, in its listing, and in a submission that waits for review. */
@Injectable()
export class SetAppMetadata {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws DeveloperAppNotFound, Forbidden */
  run(ctx: Ctx, input: Input): Promise<AppEntity> {
    assertOperator(ctx, 'admin:extensions:write');
    return this.db.transaction(async () => {
      const app = await this.apps.get(input.app_id, { lock: true });
      const changes = findTextChanges(app, input);
      const [open, approved] = [await this.submissions.findOpen(app), await this.submissions.findApproved(app)];
      for (const submission of [open, approved]) if (submission) await this.submissions.changeListing(submission, changes);
      if (approved) await this.outbox.add(portal.appApproved, ctx, toAppApproved(app, approved));
      const { app_id, developer_id } = app;
      await this.outbox.add(portal.appAdministered, ctx, { app_id, developer_id, act: 'changed', fields: Object.keys(changes) });
      return this.apps.update(app, changes);
    });
  }
}
