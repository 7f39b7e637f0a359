import { readConfig } from './config.js';
import { openLog } from './log.js';
import { openDatabase } from './open-database.js';
import { runProcess } from './run-process.js';
import { serve, type Service, tablesOf } from './serve.js';

/** The main function of a service. With the argument `migrate` it only migrates the database, as `serve` does first, and exits. */
export async function runService(service: Service): Promise<void> {
  const { argv, env } = process;
  if (argv[2] !== 'migrate') return runProcess((settings) => serve(service, settings));
  try {
    const config = readConfig(service.config, env);
    const db = await openDatabase(await tablesOf(service), config, openLog(service.name, config.LOG_LEVEL));
    await db.close();
    console.log(`the database of ${service.name} is that of this release`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  }
}
