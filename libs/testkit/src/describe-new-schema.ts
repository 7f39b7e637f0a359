import { describeSchema, type Tables } from '@skep/platform';
import { Databases } from './databases.js';
import { openTestDatabase } from './open-test-database.js';

/** Describes the schema of a new database of a service: what its schema.txt has to contain. */
export async function describeNewSchema({ schema: _, ...tables }: Tables): Promise<string> {
  const databases = new Databases();
  try {
    const urls = await databases.urlsOf(tables.name);
    const db = await openTestDatabase(tables, { ...urls, NATS_URL: 'nats://nobody' });
    try {
      return await describeSchema(db.source, new URL(urls.DATABASE_URL).username);
    } finally {
      await db.close();
    }
  } finally {
    await databases.drop();
  }
}
