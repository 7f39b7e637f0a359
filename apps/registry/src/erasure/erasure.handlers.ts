import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent, statement } from '@skep/platform';
import { UninstallApp } from '../extension/uninstall-app.js';

const INSTALLED = statement<{ app_id: string }>('select app_id from install where tenant_id = $1 and user_id = $2 order by app_id');
const CLEAR_MANIFESTS = statement(`
  update release set manifest = '{}' where app_id in (select app_id from app where tenant_id = $1 and developer_id = $2)`);
const CLEAR_PRICES = statement('update app set live_prices = null where tenant_id = $1 and developer_id = $2');

@Handlers()
export class ErasureHandlers {
  constructor(
    private readonly db: Database,
    private readonly uninstall: UninstallApp,
  ) {}

  /** Uninstalls the user's apps. The apps that they developed still run for the users who have them, free of charge: no one is left to be paid. */
  @OnEvent(auth.userErased)
  async userErased(ctx: Ctx, erased: UserErased) {
    const { tenant_id: tenant, user_id: user } = erased;
    for (const { app_id } of await this.db.rows(INSTALLED, [tenant, user])) await this.uninstall.run({ ...ctx, tenant, user }, app_id);
    await this.db.rows(CLEAR_MANIFESTS, [tenant, user]);
    await this.db.rows(CLEAR_PRICES, [tenant, user]);
    await eraseUser(this.db, erased, ['app']);
  }
}
