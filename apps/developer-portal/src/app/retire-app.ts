import { type AppDeleted, Conflict, type DeleteApp, InvalidInput, portal } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { Decisions } from '../submission/decisions.js';
import type { AppEntity } from './app.entity.js';
import { AppRepository } from './app.repository.js';
import { moved } from './app-status.js';

/** Takes an app out of the marketplace, for a time or for good. Whoever has installed it keeps it. */
@Injectable()
export class RetireApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly decisions: Decisions,
    private readonly outbox: Outbox,
  ) {}

  /** The next approval lists the app again. @throws NoSuchApp, AppSuspended; Conflict where the app is under review or was never approved */
  suspend(ctx: Ctx, app_id: string): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const app = await this.apps.own(ctx, app_id, { lock: true });
      const status = moved(app, 'suspend');
      if (!status) throw Conflict(`This app is under review. Withdraw it first: POST /v1/developer/apps/${app_id}/withdraw`);
      if (app.approved_revision === null) throw Conflict('This app was never approved, so the marketplace does not list it.');
      await this.delist(ctx, app);
      return this.apps.change(app, { status });
    });
  }

  /**
   * The id of an app that was approved once stays taken, because people may have it installed; that of another is free again.
   * @throws NoSuchApp, AppSuspended; Conflict for an active app; InvalidInput
   */
  delete(ctx: Ctx, { app_id, confirm_name }: DeleteApp): Promise<AppDeleted> {
    return this.db.transaction(async () => {
      const app = await this.apps.own(ctx, app_id, { lock: true });
      if (confirm_name !== app_id)
        throw InvalidInput([{ loc: ['confirm_name'], msg: `Repeat the app's id, '${app_id}', to delete it`, type: 'confirm_name' }]);
      const status = moved(app, 'delete');
      if (!status) throw Conflict(`This app is active. Suspend it first: POST /v1/developer/apps/${app_id}/suspend`);
      await this.decisions.withdraw(ctx, app);
      if (app.approved_revision === null) await this.apps.remove(app);
      else {
        await this.delist(ctx, app);
        await this.apps.change(app, { status });
      }
      return { app_id, status: 'deleted' };
    });
  }

  private delist(ctx: Ctx, { app_id, developer_id, tenant_id }: AppEntity): Promise<void> {
    return this.outbox.add(portal.appDelisted, ctx, { app_id, developer_id, tenant_id, delisted_at: new Date() });
  }
}
