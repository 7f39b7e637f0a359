import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent, statement } from '@skep/platform';
import { AppEntity } from '../app/app.entity.js';
import { CallableAppChanges } from '../app/callable-app-changes.js';
import { InstallEntity } from '../extension/install.entity.js';
import { UninstallApp } from '../extension/uninstall-app.js';

const CLEAR_MANIFESTS = statement(`
  update release set manifest = '{}' where app_id in (select app_id from app where tenant_id = :tenant_id and developer_id = :user_id)`);

@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly uninstall: UninstallApp,
    private readonly changes: CallableAppChanges,
  ) {}

  /** Uninstalls the user's apps. The apps that they developed still run for the users who have them, free of charge: no one is left to be paid. */
  @OnEvent(auth.userErased)
  async userErased(ctx: Ctx, erased: UserErased) {
    const { tenant_id, user_id } = erased;
    const installs = await this.db.repository(InstallEntity).find({ where: { tenant_id, user_id }, order: { app_id: 'asc' } });
    for (const { app_id } of installs) await this.uninstall.run({ ...ctx, tenant: tenant_id, user: user_id }, app_id);
    await this.db.rows(CLEAR_MANIFESTS, erased);
    await this.db.repository(AppEntity).update({ tenant_id, developer_id: user_id }, { live_prices: null });
    await eraseUser(this.db, erased, ['app']);
    this.changes.add();
  }
}
