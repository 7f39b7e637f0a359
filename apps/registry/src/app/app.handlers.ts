import { type AppRef, NotFound } from '@skep/contracts';
import { type AppApproved, type AppDelisted, portal, type SuspensionChanged } from '@skep/contracts/portal';
import {
  AppDisabled,
  AppNotInstalled,
  AppSuspended,
  type PublishRelease as Input,
  registry,
  type ReleaseRef,
} from '@skep/contracts/registry';
import { type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import { AppRepository } from './app.repository.js';
import { PublishRelease } from './publish-release.js';

@Handlers()
export class AppHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly publish: PublishRelease,
  ) {}

  @Handle(registry.resolveCall)
  async resolveCall(ctx: Ctx, { app_id }: AppRef) {
    const app = await this.apps.resolveCall(ctx, app_id);
    if (!app) throw AppNotInstalled();
    if (app.is_suspended) throw AppSuspended();
    if (app.is_disabled) throw AppDisabled();
    return app;
  }

  @Handle(registry.resolveDeclarations)
  async resolveDeclarations(ctx: Ctx, { app_id }: AppRef) {
    const app = await this.apps.resolveDeclarations(ctx, app_id);
    if (!app) throw AppNotInstalled();
    if (app.is_suspended) throw AppSuspended();
    return app;
  }

  @Handle(registry.getRelease)
  async getRelease(_: Ctx, { app_id, revision }: ReleaseRef) {
    const release = await this.apps.findRelease(app_id, revision);
    if (!release) throw NotFound();
    return release;
  }

  @Handle(registry.getAppDeveloper)
  async getAppDeveloper(_: Ctx, { app_id }: AppRef) {
    const developer = await this.apps.findDeveloper(app_id);
    if (!developer) throw NotFound();
    return developer;
  }

  @Handle(registry.publishRelease)
  publishRelease(ctx: Ctx, input: Input) {
    return this.publish.run(ctx, input);
  }

  @OnEvent(portal.appApproved)
  appApproved(ctx: Ctx, app: AppApproved) {
    return this.apps.approve(ctx, app);
  }

  @OnEvent(portal.appDelisted)
  appDelisted(ctx: Ctx, delisted: AppDelisted) {
    return this.apps.delist(ctx, delisted);
  }

  @OnEvent(portal.suspensionChanged)
  suspensionChanged(ctx: Ctx, change: SuspensionChanged) {
    return this.apps.setSuspended(ctx, change);
  }
}
