import { auth, type UserErased } from '@skep/contracts';
import { type Ctx, Database, erasePerson, Handlers, OnEvent, statement } from '@skep/platform';
import { UninstallStory } from '../extension/uninstall.js';

const INSTALLED = statement<{ app_id: string }>('select app_id from install where tenant_id = $1 and user_id = $2 order by app_id');
const FORGET_MANIFESTS = statement(`
  update release set manifest = '{}' where app_id in (select app_id from app where tenant_id = $1 and developer_id = $2)`);
const MAKE_FREE = statement('update app set live_prices = null where tenant_id = $1 and developer_id = $2');

@Handlers()
export class PersonHandlers {
  constructor(
    private readonly db: Database,
    private readonly uninstalling: UninstallStory,
  ) {}

  /** What they have installed is uninstalled. Their apps still run for whoever has them, free of charge: nobody is left to be paid. */
  @OnEvent(auth.userErased)
  async userErased(ctx: Ctx, person: UserErased) {
    const { tenant_id: tenant, user_id: user } = person;
    for (const { app_id } of await this.db.rows(INSTALLED, [tenant, user])) await this.uninstalling.run({ ...ctx, tenant, user }, app_id);
    await this.db.rows(FORGET_MANIFESTS, [tenant, user]);
    await this.db.rows(MAKE_FREE, [tenant, user]);
    await erasePerson(this.db, person, ['app']);
  }
}
