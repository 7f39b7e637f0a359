import {
  type AppApproved,
  AppDisabled,
  AppNotInstalled,
  type AppRef,
  AppSuspended,
  NotFound,
  portal,
  type PublishRelease,
  registry,
  type ReleaseRef,
  type SuspensionChanged,
} from '@skep/contracts';
import { type Ctx, Handle, Handlers, OnEvent } from '@skep/platform';
import { AppRepository } from './app.repository.js';
import { PublishReleaseStory } from './publish-release.js';

@Handlers()
export class AppHandlers {
  constructor(
    private readonly apps: AppRepository,
    private readonly publishing: PublishReleaseStory,
  ) {}

  @Handle(registry.resolveCall)
  async resolveCall(ctx: Ctx, { app_id }: AppRef) {
    const callable = await this.apps.callable(ctx, app_id);
    if (!callable) throw AppNotInstalled();
    if (callable.is_suspended) throw AppSuspended();
    if (callable.is_disabled) throw AppDisabled();
    return callable;
  }

  @Handle(registry.getRelease)
  async getRelease(_: Ctx, { app_id, revision }: ReleaseRef) {
    const release = await this.apps.release(app_id, revision);
    if (!release) throw NotFound();
    return release;
  }

  @Handle(registry.publishRelease)
  publishRelease(ctx: Ctx, input: PublishRelease) {
    return this.publishing.run(ctx, input);
  }

  @OnEvent(portal.appApproved)
  appApproved(_: Ctx, app: AppApproved) {
    return this.apps.approve(app);
  }

  @OnEvent(portal.suspensionChanged)
  suspensionChanged(_: Ctx, change: SuspensionChanged) {
    return this.apps.setSuspended(change);
  }
}
