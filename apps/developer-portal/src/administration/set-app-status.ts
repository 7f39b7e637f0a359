import { Conflict } from '@skep/contracts';
import { portal, type SetAppStatus as Input } from '@skep/contracts/portal';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { toAppApproved } from '../submission/approval.js';
import { Decisions } from '../submission/decisions.js';
import { Delisting } from '../submission/delisting.js';
import { assertNotOwn, assertReviewer, SubmissionRepository } from '../submission/submission.repository.js';

/** Suspends an app for all users, restores it, or takes it out of the marketplace, as an administrator. Its data and installs stay. */
@Injectable()
export class SetAppStatus {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly submissions: SubmissionRepository,
    private readonly decisions: Decisions,
    private readonly delisting: Delisting,
    private readonly outbox: Outbox,
  ) {}

  /** Idempotent; suspending a suspended app replaces the reason. @throws DeveloperAppNotFound, Forbidden, OwnApp; Conflict for an app that cannot become active */
  run(ctx: Ctx, { app_id, status, reason }: Input): Promise<AppEntity> {
    assertReviewer(ctx);
    return this.db.transaction(async () => {
      const app = await this.apps.get(app_id, { lock: true });
      if (status === 'suspended') return this.suspend(ctx, app, reason);
      return status === 'draft' ? this.unlist(ctx, app) : this.activate(ctx, app);
    });
  }

  private async suspend(ctx: Ctx, app: AppEntity, suspend_reason: string): Promise<AppEntity> {
    await this.publishSuspension(ctx, app, suspend_reason);
    return this.apps.update(app, { status: 'suspended', suspend_reason, suspended_from: app.suspended_from ?? app.status });
  }

  private async activate(ctx: Ctx, app: AppEntity): Promise<AppEntity> {
    assertNotOwn(ctx, app);
    if (app.suspended_from) return this.restore(ctx, app);
    if (app.status === 'active') return app;
    const approved = app.status === 'draft' && (await this.submissions.findApproved(app));
    if (!approved)
      throw Conflict(`App '${app.app_id}' is not suspended by an administrator, nor an approved draft. Its status is '${app.status}'.`);
    await this.apps.update(app, { status: 'active', approved_at: new Date() });
    await this.outbox.add(portal.appApproved, ctx, toAppApproved(app, approved));
    await this.publishAct(ctx, app, 'listed');
    return app;
  }

  private async unlist(ctx: Ctx, app: AppEntity): Promise<AppEntity> {
    if (app.suspended_from) await this.restore(ctx, app);
    if (app.status === 'draft') return app;
    await this.decisions.withdraw(ctx, app);
    if (app.approved_revision !== null) await this.delisting.delist(ctx, app);
    await this.publishAct(ctx, app, 'unlisted');
    return this.apps.update(app, { status: 'draft', submitted_at: null });
  }

  /** Gives the app the status that it had before its suspension. */
  private async restore(ctx: Ctx, app: AppEntity): Promise<AppEntity> {
    await this.publishSuspension(ctx, app, null);
    return this.apps.update(app, { status: app.suspended_from!, suspend_reason: null, suspended_from: null });
  }

  private publishSuspension(ctx: Ctx, { app_id, developer_id, tenant_id }: AppEntity, reason: string | null): Promise<void> {
    return this.outbox.add(portal.suspensionChanged, ctx, { app_id, developer_id, tenant_id, reason, changed_at: new Date() });
  }

  private publishAct(ctx: Ctx, { app_id, developer_id }: AppEntity, act: string): Promise<void> {
    return this.outbox.add(portal.appAdministered, ctx, { app_id, developer_id, act, fields: [] });
  }
}
