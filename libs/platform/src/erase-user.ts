import type { Database } from './database.js';
import { statement } from './statement.js';

const ERASE = statement('select erase_user(:tenant_id, :user_id, :keep)');

/**
 * Deletes a user's rows from every table of the service with a column `user_id`, `account_id` or `developer_id`, and stored answers
 * that contain their id; see sql/erase_user.sql. Idempotent.
 * @param keep tables whose rows stay, pseudonymous by the id; the caller removes other personal data from them
 */
export async function eraseUser(db: Database, person: { tenant_id: string; user_id: string }, keep: string[] = []): Promise<void> {
  await db.rows(ERASE, { ...person, keep });
}
