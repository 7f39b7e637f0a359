import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { natsServerBinary } from '../nats-server.mjs';
import { startPostgres } from '../start/postgres.ts';

/**
 * Starts one Postgres for the whole run, in a temporary folder. Every test file creates its own databases and starts its own NATS.
 * SKEP_TEST_NATS_SERVER is the path of another nats-server, such as Debian's.
 */
export default async function globalSetup(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'skep-test-'));
  const dir = join(folder, 'postgres');
  removeAtExit(folder, join(dir, 'postmaster.pid'));
  const [postgres, natsServer] = await Promise.all([
    startPostgres({
      dir,
      log: join(folder, 'postgres.log'),
      password: randomBytes(16).toString('hex'),
      settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', autovacuum: 'off', max_connections: 300 },
    }),
    process.env.SKEP_TEST_NATS_SERVER ?? natsServerBinary(),
  ]);
  process.env.SKEP_TEST_POSTGRES = postgres.url;
  process.env.SKEP_TEST_NATS_SERVER = natsServer;
  Object.assign(globalThis, { skepTestPostgres: postgres });
}

// An interrupted run has no teardown. Its Postgres needs no clean shutdown, since its files are deleted.
function removeAtExit(folder: string, pidFile: string): void {
  process.once('exit', () => {
    try {
      process.kill(Number(readFileSync(pidFile, 'utf8').split('\n')[0]), 'SIGQUIT');
    } catch {
      // the teardown has stopped it
    }
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(130));
}
