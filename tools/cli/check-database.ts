import pg from 'pg';
import { Fault, messageOf } from '../setup/fault.mjs';
import { databaseUrlOf } from '../start/installation.ts';

/** What a check of a database found: a name, where it is, and what is wrong. */
export interface Violation {
  violation: string;
  subject: string;
  detail: string;
}

/**
 * Prints what an SQL function of a service's database finds. @param url the database; by default that of the local installation
 * @param summarize prints more about the database
 * @throws Fault if it finds something, or cannot connect
 */
export async function checkDatabase(
  service: string,
  url: string | undefined,
  sqlFunction: string,
  summarize?: (client: pg.Client) => Promise<void>,
): Promise<void> {
  const client = new pg.Client({ connectionString: url ?? databaseUrlOf(service), connectionTimeoutMillis: 5_000 });
  try {
    await client.connect();
  } catch (error) {
    throw new Fault(`Cannot connect to the database of ${service} (${messageOf(error)}). Is Skep running?`);
  }
  try {
    await client.query(`set skep.tenant = '*'`);
    const { rows } = await client.query<Violation>(`select violation, subject, detail from ${sqlFunction}()`);
    for (const { violation, subject, detail } of rows) console.log(`${violation}  ${subject}  ${detail}`);
    await summarize?.(client);
    if (rows.length) throw new Fault(`${rows.length} inconsistencies.`);
    console.log('No inconsistencies.');
  } finally {
    await client.end();
  }
}
