import { Conflict } from '@skep/contracts';
import { DeveloperAppNotFound, portal, type PurgeApp as Input, type PurgeReceipt } from '@skep/contracts/portal';
import { registry } from '@skep/contracts/registry';
import { assertOperator, Bus, type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { AppRepository } from '../app/app.repository.js';
import { assertConfirmed } from '../app/confirm-name.js';
import { Decisions } from '../submission/decisions.js';

const REASON = 'An administrator deleted this app.';

/** Deletes an app for everyone, as an administrator. The registry removes its installs; the id stays taken. */
@Injectable()
export class PurgeApp {
  constructor(
    private readonly db: Database,
    private readonly bus: Bus,
    private readonly apps: AppRepository,
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
  ) {}

  /** Also an app that its developer deleted, which users may still have. Idempotent. @throws DeveloperAppNotFound, Forbidden, InvalidInput, Conflict */
  async run(ctx: Ctx, { app_id, confirm_name, force }: Input): Promise<PurgeReceipt> {
    assertOperator(ctx, 'admin:extensions:delete');
    if (!(await this.apps.findWithDeleted(app_id))) throw DeveloperAppNotFound();
    assertConfirmed(app_id, confirm_name);
    const { install_count } = await this.bus.call(registry.countInstalls, ctx, { app_id });
    await this.db.transaction(async () => {
      const app = await this.apps.lockWithDeleted(app_id);
      if (!force && (app.status === 'active' || install_count > 0))
        throw Conflict(`App '${app_id}' is ${app.status}, and ${install_count} users have it. Set force to delete it in spite of that.`);
      await this.decisions.withdraw(ctx, app);
      const { developer_id, tenant_id } = app;
      const now = new Date();
      await this.outbox.add(portal.suspensionChanged, ctx, { app_id, developer_id, tenant_id, reason: REASON, changed_at: now });
      await this.outbox.add(portal.appPurged, ctx, { app_id, developer_id, tenant_id, purged_at: now });
      await this.apps.update(app, { status: 'deleted', suspend_reason: REASON, suspended_from: null });
    });
    return { app_id, status: 'deleted', installs_purged: install_count };
  }
}
