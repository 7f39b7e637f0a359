import { Conflict } from '@skep/contracts';
import { portal, type SetAppStatus as Input } from '@skep/contracts/portal';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository } from '../app/app.repository.js';
import { assertReviewer } from '../submission/submission.repository.js';

/** Suspends an app for all users, or restores it, as an administrator. Its data, installs and submission stay. */
@Injectable()
export class SetAppStatus {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Suspending a suspended app replaces the reason. @throws DeveloperAppNotFound, Forbidden; Conflict for restoring an app that no administrator suspended */
  run(ctx: Ctx, input: Input): Promise<AppEntity> {
    assertReviewer(ctx);
    return this.db.transaction(async () => {
      const app = await this.apps.get(input.app_id, { lock: true });
      const fields = input.status === 'suspended' ? suspensionOf(app, input.reason) : restorationOf(app);
      const { app_id, developer_id, tenant_id } = app;
      const reason = fields.suspend_reason;
      await this.outbox.add(portal.suspensionChanged, ctx, { app_id, developer_id, tenant_id, reason, changed_at: new Date() });
      return this.apps.update(app, fields);
    });
  }
}

const suspensionOf = (app: AppEntity, suspend_reason: string) =>
  ({ status: 'suspended', suspend_reason, suspended_from: app.suspended_from ?? app.status }) as const;

function restorationOf({ app_id, status, suspended_from }: AppEntity) {
  if (!suspended_from) throw Conflict(`App '${app_id}' is not suspended by an administrator. Its status is '${status}'.`);
  return { status: suspended_from, suspend_reason: null, suspended_from: null };
}
