import { dataSourceOf, openDatabase, openLog, readConfig, type Service, ServiceConfig } from '@skep/platform';
import { Databases } from './databases.js';

/** The SQL that would make the tables of a service's migrations what its entities say: none, where they agree. */
export async function schemaDrift({ name, entities, migrations }: Service): Promise<string[]> {
  const databases = new Databases();
  try {
    const config = readConfig(ServiceConfig, { DATABASE_URL: await databases.of(name), NATS_URL: 'nats://nobody' });
    const { source } = await openDatabase(dataSourceOf(name, config, entities, migrations), openLog(name, 'silent'));
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
