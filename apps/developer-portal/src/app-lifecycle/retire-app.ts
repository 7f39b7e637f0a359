import { Conflict } from '@skep/contracts';
import type { AppDeleted, DeleteApp } from '@skep/contracts/portal';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { nextStatus } from '../app/app-status.js';
import { assertConfirmed } from '../app/confirm-name.js';
import { DeployRepository } from '../deploy/deploy.repository.js';
import { Decisions } from '../submission/decisions.js';
import { Delisting } from '../submission/delisting.js';
import { SubmissionRepository } from '../submission/submission.repository.js';

/** Suspends or deletes an app of the caller, which delists it. Users who installed it keep it. */
@Injectable()
export class RetireApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly deploys: DeployRepository,
    private readonly submissions: SubmissionRepository,
    private readonly decisions: Decisions,
    private readonly delisting: Delisting,
  ) {}

  /** The next approval lists the app again. @throws DeveloperAppNotFound, AppSuspended; Conflict if the app is under review or was never approved */
  suspend(ctx: Ctx, app_id: string): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const app = await this.apps.getOwn(ctx, app_id, { lock: true });
      const status = nextStatus(app, 'suspend');
      if (!status) throw Conflict(`App '${app_id}' is under review. Withdraw it first: POST /v1/developer/apps/${app_id}/withdraw`);
      if (app.approved_revision === null) throw Conflict(`App '${app_id}' was never approved, so the marketplace does not list it.`);
      await this.delisting.delist(ctx, app);
      return this.apps.update(app, { status });
    });
  }

  /**
   * The id of an app that was ever approved stays taken, because users may have it installed. The id of any other app becomes free.
   * @throws DeveloperAppNotFound, AppSuspended; Conflict for an active app; InvalidInput
   */
  delete(ctx: Ctx, { app_id, confirm_name }: DeleteApp): Promise<AppDeleted> {
    return this.db.transaction(async () => {
      const app = await this.apps.getOwn(ctx, app_id, { lock: true });
      assertConfirmed(app_id, confirm_name);
      if (app.approved_revision !== null) await this.deleteKept(ctx, app);
      else {
        assertDeletable(app);
        await this.decisions.withdraw(ctx, app);
        await this.deleteRecord(app);
      }
      return { app_id, status: 'deleted' };
    });
  }

  /** Marks an app as deleted. Its id stays taken. Must run in a transaction that has locked the app. @throws AppSuspended; Conflict for an active app */
  async deleteKept(ctx: Ctx, app: AppEntity): Promise<void> {
    assertDeletable(app);
    await this.decisions.withdraw(ctx, app);
    if (app.approved_revision !== null) await this.delisting.delist(ctx, app);
    await this.apps.update(app, { status: 'deleted' });
  }

  private async deleteRecord(app: AppEntity): Promise<void> {
    await this.submissions.deleteOf(app);
    await this.deploys.deleteOf(app);
    await this.apps.delete(app);
  }
}

function assertDeletable(app: AppEntity): void {
  const { app_id } = app;
  if (!nextStatus(app, 'delete')) throw Conflict(`App '${app_id}' is active. Suspend it first: POST /v1/developer/apps/${app_id}/suspend`);
}
