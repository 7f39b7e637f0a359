import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent, statement } from '@skep/platform';

const DELETE_SUBMISSIONS = statement(`
  delete from submission where app_id in (select app_id from app where tenant_id = :tenant_id and developer_id = :user_id)`);
/** App ids stay taken, so that another developer's code cannot reach users who have the app. */
const CLEAR_APPS = statement(`
  update app set name = '', short_description = '', description = '', icon = '', icon_svg = null, git_url = '', reject_reason = null, reject_evidence = null,
         pricing_config = null, config = '{}', manifest_json = '{}', tools_json = '[]', functions = '[]', ir = null, runnable = false,
         status = 'suspended', approved_revision = null, suspended_from = case when suspend_reason is not null then 'suspended' end
   where tenant_id = :tenant_id and developer_id = :user_id`);

@Handlers()
export class ErasureHandlers {
  constructor(private readonly db: Database) {}

  /** Deletes the developer with their deploys and submissions, which frees the nickname, and clears their apps except for the ids. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, user: UserErased) {
    await this.db.rows(DELETE_SUBMISSIONS, user);
    await this.db.rows(CLEAR_APPS, user);
    await eraseUser(this.db, user, ['app']);
  }
}
