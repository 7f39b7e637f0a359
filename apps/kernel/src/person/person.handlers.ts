import { auth, type UserErased } from '@skep/contracts';
import { type Ctx, Database, erasePerson, Handlers, OnEvent, statement } from '@skep/platform';

const FORGET_TEXTS = statement(`
  update action set message_preview = null, result_preview = null, error = null, llm_steps = null where tenant_id = $1 and user_id = $2`);

@Handlers()
export class PersonHandlers {
  constructor(private readonly db: Database) {}

  /** Documents, automations and the event feed go. The actions ledger keeps its lines, by which charges are explained, without their texts. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, person: UserErased) {
    await this.db.rows(FORGET_TEXTS, [person.tenant_id, person.user_id]);
    await erasePerson(this.db, person, ['action']);
  }
}
