import { type Database, statement } from './database.js';

const ERASE = statement('select erase_person($1, $2, $3)');

/**
 * Removes a person from every table of the service that names its rows' owner (`user_id`, `account_id` or `developer_id`), and from
 * stored answers; see migrations/1-platform.ts. Idempotent.
 * @param keep tables whose rows stay, pseudonymous by the id; the caller takes out of them what else is personal
 */
export async function erasePerson(db: Database, person: { tenant_id: string; user_id: string }, keep: string[] = []): Promise<void> {
  await db.rows(ERASE, [person.tenant_id, person.user_id, keep]);
}
