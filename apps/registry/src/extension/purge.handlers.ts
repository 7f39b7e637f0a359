import { type AppPurged, portal } from '@skep/contracts/portal';
import { type Ctx, Database, Handlers, OnEvent, OnRun, type Run, runKind, Runs } from '@skep/platform';
import { AppRepository } from '../app/app.repository.js';
import { ExtensionRepository } from './extension.repository.js';
import { UninstallApp } from './uninstall-app.js';

/** Removes the installs of an app that an administrator deleted. It may stop anywhere and start again: an install is removed once. */
const purgeInstalls = runKind<{ app_id: string }>('install.purge', { retries: 1_000 });

@Handlers()
export class PurgeHandlers {
  constructor(
    private readonly db: Database,
    private readonly runs: Runs,
    private readonly apps: AppRepository,
    private readonly extensions: ExtensionRepository,
    private readonly uninstall: UninstallApp,
  ) {}

  /** No one can install the app from here on, so that the run finds all installs. */
  @OnEvent(portal.appPurged)
  async appPurged(ctx: Ctx, { purged_at, ...app }: AppPurged) {
    await this.apps.setSuspended(ctx, { ...app, reason: 'deleted', changed_at: purged_at });
    await this.runs.start(purgeInstalls, ctx, { app_id: app.app_id });
  }

  @OnRun(purgeInstalls)
  async purgeInstalls({ ctx }: Run, { app_id }: { app_id: string }): Promise<void> {
    for (;;) {
      const installs = await this.extensions.listInstallsOf(app_id);
      if (!installs.length) return;
      for (const { tenant_id: tenant, user_id: user } of installs)
        await this.db.inTenant(tenant, () => this.uninstall.run({ ...ctx, tenant, user }, app_id));
    }
  }
}
