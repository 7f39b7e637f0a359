import {
  admits,
  AppNotInstalled,
  AppSuspended,
  NotAdmitted,
  type InstallApp as Input,
  type InstalledApp,
  registry,
} from '@skep/contracts/registry';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ExtensionRepository } from './extension.repository.js';

/** Installs an app for the caller, with consent to the permissions of its release. Installing it again only renews the consent. */
@Injectable()
export class InstallApp {
  constructor(
    private readonly db: Database,
    private readonly extensions: ExtensionRepository,
    private readonly outbox: Outbox,
  ) {}

  /**
   * An app that is not live yet can be installed: its approval may still be on its way here.
   * @throws AppSuspended; Forbidden by its access policy; AppNotInstalled if the registry does not know the app
   */
  run(ctx: Ctx, { app_id, revision }: Input): Promise<InstalledApp> {
    return this.db.transaction(async () => {
      const app = await this.extensions.lockApp(ctx, app_id);
      if (!app) throw AppNotInstalled();
      if (app.suspended) throw AppSuspended();
      if (!admits(app.access_policy, ctx)) throw NotAdmitted();
      if (await this.extensions.install(ctx, app_id)) {
        const counts = await this.extensions.changeInstallCount(app_id, 1);
        const event = { app_id, user_id: ctx.user, tenant_id: ctx.tenant, installed: true, ...counts };
        await this.outbox.add(registry.installChanged, ctx, event);
      }
      await this.extensions.saveConsent(ctx, app_id, revision);
      return this.extensions.getInstalled(ctx, app_id);
    });
  }
}
