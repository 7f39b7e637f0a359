import { Conflict, portal, type SetAppStatus } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { mustReview } from '../submission/submission.repository.js';
import type { AppEntity } from './app.entity.js';
import { AppRepository } from './app.repository.js';

/** Suspends an app for everybody, as an administrator, or restores it. Its data, installs and submission stay. */
@Injectable()
export class SetAppStatusStory {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Suspending again gives another reason. @throws NoSuchApp, Forbidden; Conflict for restoring what no administrator has suspended */
  run(ctx: Ctx, input: SetAppStatus): Promise<AppEntity> {
    mustReview(ctx);
    return this.db.transaction(async () => {
      const app = await this.apps.any(input.app_id, { lock: true });
      const fields = input.status === 'suspended' ? suspended(app, input.reason) : restored(app);
      const { app_id, developer_id, tenant_id } = app;
      const reason = fields.suspend_reason;
      await this.outbox.add(portal.suspensionChanged, ctx, { app_id, developer_id, tenant_id, reason, changed_at: new Date() });
      return this.apps.change(app, fields);
    });
  }
}

const suspended = (app: AppEntity, suspend_reason: string) =>
  ({ status: 'suspended', suspend_reason, suspended_from: app.suspended_from ?? app.status }) as const;

function restored({ status, suspended_from }: AppEntity) {
  if (!suspended_from) throw Conflict(`No administrator has suspended this app. Its status is '${status}'.`);
  return { status: suspended_from, suspend_reason: null, suspended_from: null };
}
