import { auth, type UserErased } from '@skep/contracts';
import { type Ctx, Database, erasePerson, Handlers, OnEvent, statement } from '@skep/platform';

const FORGET_SUBMISSIONS = statement(`
  delete from submission where app_id in (select app_id from app where tenant_id = $1 and developer_id = $2)`);
/** The id of an app stays taken: under it another developer's code would reach those who have the app. */
const WITHDRAW_APPS = statement(`
  update app set name = '', short_description = '', description = '', icon = '', icon_svg = null, git_url = '', reject_reason = null,
         pricing_config = null, manifest_json = '{}', tools_json = '[]', functions = '[]', ir = null, runnable = false,
         status = 'suspended', approved_revision = null, suspended_from = case when suspend_reason is not null then 'suspended' end
   where tenant_id = $1 and developer_id = $2`);

@Handlers()
export class PersonHandlers {
  constructor(private readonly db: Database) {}

  /** The developer and all that they wrote goes, and the nickname is free again. Of their apps the ids stay. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, person: UserErased) {
    await this.db.rows(FORGET_SUBMISSIONS, [person.tenant_id, person.user_id]);
    await this.db.rows(WITHDRAW_APPS, [person.tenant_id, person.user_id]);
    await erasePerson(this.db, person, ['app']);
  }
}
