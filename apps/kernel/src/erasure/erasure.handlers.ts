import { auth, type UserErased } from '@skep/contracts/auth';
import { type Ctx, Database, eraseUser, Handlers, OnEvent } from '@skep/platform';
import { ActionEntity } from '../actions/action.entity.js';

const NO_TEXTS = { message_preview: null, result_preview: null, error: null, llm_steps: null };

@Handlers()
export class ErasureHandlers {
  constructor(private readonly db: Database) {}

  /** Deletes the user's documents, automations and feed events. Their actions stay, without texts, because they explain charges. */
  @OnEvent(auth.userErased)
  async userErased(_: Ctx, person: UserErased) {
    const { tenant_id, user_id } = person;
    await this.db.repository(ActionEntity).update({ tenant_id, user_id }, NO_TEXTS);
    await eraseUser(this.db, person, ['action', 'action_count', 'uncounted_action']);
  }
}
