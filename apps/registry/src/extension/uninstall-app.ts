import { registry, type UninstalledApp } from '@skep/contracts/registry';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ExtensionRepository } from './extension.repository.js';

/** Uninstalls an app of the caller. Succeeds for an app that is not installed or unknown. */
@Injectable()
export class UninstallApp {
  constructor(
    private readonly db: Database,
    private readonly extensions: ExtensionRepository,
    private readonly outbox: Outbox,
  ) {}

  run(ctx: Ctx, app_id: string): Promise<UninstalledApp> {
    return this.db.transaction(async () => {
      const app = await this.extensions.lockApp(ctx, app_id);
      if (!(await this.extensions.uninstall(ctx, app_id))) return { app_id, install_count: app?.install_count ?? 0 };
      // So that the app is enabled if the user installs it again.
      await this.extensions.enable(ctx, app_id);
      const counts = await this.extensions.changeInstallCount(app_id, -1);
      const event = { app_id, user_id: ctx.user, tenant_id: ctx.tenant, installed: false, ...counts };
      await this.outbox.add(registry.installChanged, ctx, event);
      return { app_id, install_count: counts.install_count };
    });
  }
}
