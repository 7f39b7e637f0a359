import { registry, type UninstalledApp } from '@skep/contracts';
import { type Ctx, Database, Outbox } from '@skep/platform';
import { Injectable } from '@nestjs/common';
import { ExtensionRepository } from './extension.repository.js';

/** Takes an app from the caller. What is not installed, or not even known, is as gone as it can be. */
@Injectable()
export class UninstallStory {
  constructor(
    private readonly db: Database,
    private readonly extensions: ExtensionRepository,
    private readonly outbox: Outbox,
  ) {}

  run(ctx: Ctx, appId: string): Promise<UninstalledApp> {
    return this.db.transaction(async () => {
      const app = await this.extensions.lock(appId);
      if (!(await this.extensions.uninstall(ctx, appId))) return { app_id: appId, install_count: app?.install_count ?? 0 };
      // Whoever installs it again finds it switched on.
      await this.extensions.switchOn(ctx, appId);
      const counted = await this.extensions.count(appId, -1);
      const told = { app_id: appId, user_id: ctx.user, tenant_id: ctx.tenant, installed: false, ...counted };
      await this.outbox.add(registry.installChanged, ctx, told);
      return { app_id: appId, install_count: counted.install_count };
    });
  }
}
