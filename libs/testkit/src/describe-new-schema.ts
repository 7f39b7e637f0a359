import { describeSchema, openDatabase, openLog, readConfig, ServiceConfig, type Tables } from '@skep/platform';
import { Databases } from './databases.js';

/** Describes the schema of a new database of a service: what its schema.txt has to contain. */
export async function describeNewSchema({ schema: _, ...tables }: Tables): Promise<string> {
  const databases = new Databases();
  try {
    const urls = await databases.urlsOf(tables.name);
    const config = readConfig(ServiceConfig, { ...urls, NATS_URL: 'nats://nobody' });
    const { source } = await openDatabase(tables, config, openLog(tables.name, 'silent'));
    try {
      return await describeSchema(source, new URL(urls.DATABASE_URL).username);
    } finally {
      await source.destroy();
    }
  } finally {
    await databases.drop();
  }
}
