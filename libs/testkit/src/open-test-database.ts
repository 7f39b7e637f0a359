import { type Database, type Env, openDatabase, openLog, readConfig, SealingConfig, ServiceConfig, type Tables } from '@skep/platform';

/** Connects to a service's database with the settings in `env`, as the service does, but without its log. The caller closes it. */
export const openTestDatabase = (tables: Tables, env: Env): Promise<Database> =>
  openDatabase(tables, readConfig(env['SKEP_ENCRYPTION_KEY'] ? SealingConfig : ServiceConfig, env), openLog(tables.name, 'silent'));
