import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent, statement } from '@skep/platform';

const CLEAR_ACTION_TEXTS = statement(`
  update action set message_preview = null, result_preview = null, error = null, llm_steps = null where tenant_id = $1 and user_id = $2`);

@Handlers()
export class ErasureHandlers {
  constructor(private readonly db: Database) {}

  /** Deletes the user's documents, automations and feed events. Their actions stay, without texts, because they explain charges. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, person: UserErased) {
    await this.db.rows(CLEAR_ACTION_TEXTS, [person.tenant_id, person.user_id]);
    await eraseUser(this.db, person, ['action']);
  }
}
