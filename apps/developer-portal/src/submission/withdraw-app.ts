import { NotPending } from '@skep/contracts/portal';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { nextStatus } from '../app/app-status.js';
import { Decisions } from './decisions.js';

/** Withdraws an app of the caller from review. Users keep running the revision approved before. */
@Injectable()
export class WithdrawApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly decisions: Decisions,
  ) {}

  /** @throws DeveloperAppNotFound, AppSuspended, NotPending */
  run(ctx: Ctx, app_id: string): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const app = await this.apps.getOwn(ctx, app_id, { lock: true });
      const status = nextStatus(app, 'withdraw');
      if (!status || !(await this.decisions.withdraw(ctx, app))) throw NotPending();
      return this.apps.update(app, { status, submitted_at: null });
    });
  }
}
