import { NotPending } from '@skep/contracts';
import { type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { moved } from '../app/app-status.js';
import { Decisions } from './decisions.js';

/** Takes an app back from the reviewers, as its developer. A revision that was approved before stays what users run. */
@Injectable()
export class WithdrawApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly decisions: Decisions,
  ) {}

  /** @throws NoSuchApp, AppSuspended, NotPending */
  run(ctx: Ctx, app_id: string): Promise<AppEntity> {
    return this.db.transaction(async () => {
      const app = await this.apps.own(ctx, app_id, { lock: true });
      const status = moved(app, 'withdraw');
      if (!status || !(await this.decisions.withdraw(ctx, app))) throw NotPending();
      return this.apps.change(app, { status, submitted_at: null });
    });
  }
}
