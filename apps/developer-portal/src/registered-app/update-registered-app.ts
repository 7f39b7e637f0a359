import { Conflict, InvalidInput } from '@skep/contracts';
import type { RegisteredApp, RegisteredAppDeleted, UpdateRegisteredApp as Input } from '@skep/contracts/portal';
import { commitWithAnswer, type Ctx, Database } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import type { AppEntity } from '../app/app.entity.js';
import { AppRepository, isServiceWithoutUser } from '../app/app.repository.js';
import { SetAppStatus } from '../administration/set-app-status.js';
import { RetireApp } from '../app-lifecycle/retire-app.js';
import { ReleaseManifest } from '../deploy/release-manifest.js';
import { completed } from './register-app.js';
import { RegisteredAppRepository } from './registered-app.repository.js';

/** Changes and deletes apps for registry clients. */
@Injectable()
export class UpdateRegisteredApp {
  constructor(
    private readonly db: Database,
    private readonly apps: AppRepository,
    private readonly registered: RegisteredAppRepository,
    private readonly releases: ReleaseManifest,
    private readonly retire: RetireApp,
    private readonly setStatus: SetAppStatus,
  ) {}

  /** @throws DeveloperAppNotFound, InvalidInput, AppSuspended, Conflict */
  async run(ctx: Ctx, { app_id, status, manifest, version, ...texts }: Input): Promise<RegisteredApp> {
    const before = await this.registered.getKept(ctx, app_id);
    const name = texts.display_name?.trim();
    if (name === '') throw InvalidInput([{ loc: ['display_name'], msg: 'The name must not be blank', type: 'blank' }]);
    const content = manifest ? completed(before, manifest, version) : version && { ...before.manifest_json, app_id, version };
    const released = content ? await this.releases.publish(ctx, before, content, ['manifest']) : undefined;
    return commitWithAnswer(this.db, async () => {
      const app = await this.registered.getKept(ctx, app_id, { lock: true });
      const { description, config } = texts;
      await this.apps.update(app, { ...(name && { name }), ...(description != null && { description }), ...(config && { config }) });
      if (released) await this.releases.save(ctx, app, released);
      if (status) await this.changeStatus(ctx, app, status);
      return this.registered.describe(app);
    });
  }

  /** Keeps the app as deleted, so that its id stays taken. Idempotent. @throws DeveloperAppNotFound, AppSuspended; Conflict for an active app */
  delete(ctx: Ctx, app_id: string): Promise<RegisteredAppDeleted> {
    return this.db.transaction(async () => {
      const app = await this.registered.get(ctx, app_id, { lock: true });
      if (app.status !== 'deleted') await this.retire.deleteKept(ctx, app);
      return { app_id, status: 'deleted', message: 'The app was deleted. Its id stays taken.' };
    });
  }

  /** A service suspends and restores as an administrator. A developer takes their app out of the marketplace, and only a review brings it back. */
  private async changeStatus(ctx: Ctx, app: AppEntity, status: string): Promise<void> {
    const { app_id } = app;
    if ((app.status === 'suspended') === (status === 'suspended')) return;
    if (isServiceWithoutUser(ctx)) await this.setStatus.run(ctx, { app_id, status, reason: 'A service suspended it.' });
    else if (status === 'suspended') await this.retire.suspend(ctx, app_id);
    else throw Conflict(`App '${app_id}' is suspended. Submit it for review: POST /v1/developer/apps/${app_id}/submit`);
  }
}
