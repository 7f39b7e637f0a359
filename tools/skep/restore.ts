import type { Command } from '../cli/commands.ts';
import { copyFileSync, existsSync, readdirSync, realpathSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { type Contents, readContents, verify } from '../backup/contents.ts';
import { copyTree, readTree } from '../backup/files.ts';
import { setEventsAside } from '../backup/restored-events.ts';
import { execute } from '../setup/execute.mjs';
import { codeOf, Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { step } from '../setup/progress.mjs';
import { stopSignal } from '../setup/stop-signal.mjs';
import { startPostgres } from '../start/postgres.ts';
import { changeOwner, postgresUser } from '../start/postgres-user.ts';
import { isAlive } from '../start/processes.mjs';
import { openRunFile, readRunFile, runFileOf } from '../start/run-file.mjs';
import { prepareSecrets } from '../start/secrets.ts';
import { dataFolder, readSettings } from '../start/settings.mjs';

const MINUTE_MS = 60_000;

export const commands: Command[] = [
  {
    usage: 'restore FOLDER [--yes]',
    summary: 'Restores a backup to the data folder; --yes replaces the data there, which stays beside it as DATA.before-restore-TIME',
    example: 'restore /var/backups/skep-2030-01-31 --yes',
    run: ({ args: [folder = ''], flags: { yes = false } }) => restore(resolve(ROOT, folder), yes),
  },
];

async function restore(folder: string, yes: boolean): Promise<void> {
  if (process.env.DATABASE_URL)
    throw new Fault(
      'DATABASE_URL names another Postgres, to which this command cannot restore files. Unset it, or see Backups in docs/operations.md.',
    );
  const contents = readContents(folder);
  const data = existsSync(dataFolder()) ? realpathSync(dataFolder()) : dataFolder();
  assertStopped(data);
  if (!yes && hasData(data)) throw new Fault(`${data} contains data. With --yes it is replaced, and stays beside it.`);
  await verify(folder, contents);
  const runFile = await openRunFile({ data, port: readSettings([]).port });
  runFile.claim(); // nothing starts there meanwhile
  const prepared = `${data}.restoring`;
  try {
    rmSync(prepared, { recursive: true, force: true });
    await prepare(folder, contents, prepared, data);
    stopSignal.throwIfAborted();
    const kept = replace(data, prepared);
    console.log(`Restored the state of ${contents.moment} in ${data}. ${kept ? `The data before is in ${kept}. ` : ''}Run npm start.`);
  } catch (error) {
    rmSync(prepared, { recursive: true, force: true });
    throw error;
  } finally {
    runFile.release();
  }
}

function assertStopped(data: string): void {
  const { launcher, services = [], nats, postgres } = readRunFile(data) ?? {};
  if ([launcher, ...services, nats, postgres].some(isAlive))
    throw new Fault(`Skep runs with the data folder ${data}. Stop it with npm run skep -- stop, then restore the backup.`);
}

const hasData = (data: string) => existsSync(data) && readdirSync(data).some((name) => name !== basename(runFileOf(data)));

/** Copies the backup, and lets Postgres recover it. */
async function prepare(folder: string, { folders, files }: Contents, prepared: string, data: string): Promise<void> {
  const tree = { folders, files: readTree(folder, (path) => folders.includes(path) || path in files).files };
  await copyTree('the backup', tree, folder, prepared);
  const dir = join(prepared, 'postgres');
  await changeOwner(await postgresUser(join(data, 'postgres')), dir);
  const { secrets } = prepareSecrets(prepared, process.env);
  await step('Recovering the databases', async () => {
    const log = join(prepared, 'logs/postgres.log');
    const server = await startPostgres({ dir, log, password: secrets.POSTGRES_PASSWORD, startMs: 60 * MINUTE_MS });
    try {
      await setEventsAside(prepared, server.url);
    } finally {
      await server.stop(MINUTE_MS);
      await execute('sync', []);
    }
  });
}

/** Puts the prepared folder in the place of the data folder. Returns the new path of the data that was there. */
function replace(data: string, prepared: string): string | undefined {
  const ports = join(data, 'ports.json');
  if (existsSync(ports)) copyFileSync(ports, join(prepared, 'ports.json'));
  const kept = `${data}.before-restore-${new Date().toISOString().replace(/[:.]/g, '-')}`;
  rename(data, kept);
  try {
    rename(prepared, data);
  } catch (error) {
    rename(kept, data);
    throw error;
  }
  rmSync(runFileOf(kept));
  if (hasData(kept)) return kept;
  rmdirSync(kept);
  return undefined;
}

function rename(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (codeOf(error) !== 'EBUSY' && codeOf(error) !== 'EXDEV') throw error;
    throw new Fault(
      `${from} cannot be renamed: it is the root of a file system. Set SKEP_DATA to a folder in it, and restore the backup there.`,
    );
  }
}
