import { type AppRef, type CreateApp, type DeleteApp, portal, type SetAppStatus, type SyncManifest, type UpdateApp } from '@skep/contracts';
import { type Ctx, Handle, Handlers } from '@skep/platform';
import { AppRepository } from './app.repository.js';
import { CreateAppStory } from './create-app.js';
import { RetireApp } from './retire-app.js';
import { SeeApp } from './see-app.js';
import { SetAppStatusStory } from './set-app-status.js';
import { SyncManifestStory } from './sync-manifest.js';
import { UpdateAppStory } from './update-app.js';

@Handlers()
export class AppHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly see: SeeApp,
    private readonly create: CreateAppStory,
    private readonly update: UpdateAppStory,
    private readonly sync: SyncManifestStory,
    private readonly retire: RetireApp,
    private readonly setStatus: SetAppStatusStory,
  ) {}

  @Handle(portal.createApp)
  createApp(ctx: Ctx, input: CreateApp) {
    return this.create.run(ctx, input);
  }

  @Handle(portal.listApps)
  listApps(ctx: Ctx) {
    return this.apps.listOf(ctx);
  }

  @Handle(portal.getApp)
  getApp(ctx: Ctx, { app_id }: AppRef) {
    return this.see.run(ctx, app_id);
  }

  @Handle(portal.updateApp)
  updateApp(ctx: Ctx, input: UpdateApp) {
    return this.update.run(ctx, input);
  }

  @Handle(portal.suspendApp)
  suspendApp(ctx: Ctx, { app_id }: AppRef) {
    return this.retire.suspend(ctx, app_id);
  }

  @Handle(portal.deleteApp)
  deleteApp(ctx: Ctx, input: DeleteApp) {
    return this.retire.delete(ctx, input);
  }

  @Handle(portal.setAppStatus)
  setAppStatus(ctx: Ctx, input: SetAppStatus) {
    return this.setStatus.run(ctx, input);
  }

  @Handle(portal.syncManifest)
  syncManifest(ctx: Ctx, input: SyncManifest) {
    return this.sync.run(ctx, input);
  }
}
