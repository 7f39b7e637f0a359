import { openDatabase, openLog, readConfig, type Service, ServiceConfig } from '@skep/platform';
import { Databases } from './databases.js';

/** The SQL statements that would make the tables of a service's migrations match its entities; empty if they match. */
export async function schemaDrift(service: Service): Promise<string[]> {
  const databases = new Databases();
  try {
    const config = readConfig(ServiceConfig, { ...(await databases.urlsOf(service.name)), NATS_URL: 'nats://nobody' });
    const { source } = await openDatabase(service, config, openLog(service.name, 'silent'));
    try {
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      return upQueries.map(({ query }) => query);
    } finally {
      await source.destroy();
    }
  } finally {
    await databases.drop();
  }
}
