import { AppNotInstalled, AppSuspended, type InstallApp, type InstalledApp, registry } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ExtensionRepository } from './extension.repository.js';

/** Gives the caller an app with the permissions of its release. Once more only renews the consent, and tells nobody. */
@Injectable()
export class InstallStory {
  constructor(
    private readonly db: Database,
    private readonly extensions: ExtensionRepository,
    private readonly outbox: Outbox,
  ) {}

  /** @throws Problem `app_suspended`; `app_not_installed` when the app is not known here. One that is not live yet may be installed: its approval is on the way. */
  run(ctx: Ctx, { app_id: appId, revision }: InstallApp): Promise<InstalledApp> {
    return this.db.transaction(async () => {
      const app = await this.extensions.lock(appId);
      if (!app) throw AppNotInstalled();
      if (app.suspended) throw AppSuspended();
      if (await this.extensions.install(ctx, appId)) {
        const counted = await this.extensions.count(appId, 1);
        const told = { app_id: appId, user_id: ctx.user, tenant_id: ctx.tenant, installed: true, ...counted };
        await this.outbox.add(registry.installChanged, ctx, told);
      }
      await this.extensions.consent(ctx, appId, revision);
      return this.extensions.installed(ctx, appId);
    });
  }
}
