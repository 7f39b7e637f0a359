import type { Command } from '../cli/commands.ts';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import pg from 'pg';
import { writeContents } from '../backup/contents.ts';
import { copyCluster } from '../backup/copy-cluster.ts';
import { copyTree, readTree } from '../backup/files.ts';
import { execute } from '../setup/execute.mjs';
import { Fault } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import { findPostgres } from '../start/postgres.ts';
import { readSecrets, secretsFile } from '../start/secrets.ts';
import { dataFolder } from '../start/settings.mjs';

const OTHER_WAYS = 'See Backups in docs/operations.md.';

export const commands: Command[] = [
  {
    usage: 'backup FOLDER',
    summary: 'Copies the databases of the running installation as they are at one moment, its files, secrets and e-mails to a new folder',
    example: 'backup /var/backups/skep-2030-01-31',
    run: ({ args: [folder = ''] }) => backup(dataFolder(), resolve(ROOT, folder)),
  },
];

async function backup(data: string, folder: string): Promise<void> {
  const client = await connect(data);
  let lost = false;
  client.on('error', () => (lost = true));
  try {
    prepareFolder(folder, data);
    const moment = await copyAll(client, data, folder).catch((error: unknown) => {
      for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true, force: true });
      throw lost ? new Fault('Postgres stopped during the backup, which is therefore incomplete. Make another one.') : error;
    });
    console.log(`Backed up the state of ${moment} in ${folder}. It contains the keys of the installation: let no one else read it.`);
    if (process.env.SKEP_OBJECTS) console.log('The files of users are not in it: copy SKEP_OBJECTS now.');
  } finally {
    await client.end();
  }
}

/** An object, or a folder of objects; not one that is being written. */
const isObject = (path: string) => /^objects(\/.*)?$/.test(path) && !path.endsWith('.part');

async function copyAll(client: pg.Client, data: string, folder: string): Promise<string> {
  // Objects never change. Those that are removed meanwhile are copied before the databases, those that are added after them.
  const before = readTree(data, isObject);
  await copyTree('the files of users', before, data, folder);
  const moment = (await copyCluster(client, join(data, 'postgres'), join(folder, 'postgres'))).toISOString();
  const added = readTree(data, (path) => isObject(path) && !(path in before.files));
  await copyTree('the files that were added', added, data, folder);
  const others = readTree(data, (path) => /^(secrets\.env|version\.json|mail(\/.*)?)$/.test(path));
  await copyTree('the secrets and e-mails', others, data, folder);
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  await execute('sync', []);
  await writeContents(folder, { moment, postgres: rows[0]?.server_version ?? '' });
  return moment;
}

/** Connects to the embedded Postgres of a data folder. @throws Fault if another one is used, or it does not run */
async function connect(data: string): Promise<pg.Client> {
  if (process.env.DATABASE_URL)
    throw new Fault(`DATABASE_URL names a Postgres whose files this command cannot read. Use pg_dump or pgBackRest. ${OTHER_WAYS}`);
  const dir = join(data, 'postgres');
  if (!existsSync(dir) || !existsSync(secretsFile(data)))
    throw new Fault(`${data} contains no embedded Postgres. Set SKEP_DATA to the data folder of npm start. ${OTHER_WAYS}`);
  const password = { ...readSecrets(data), ...process.env }.POSTGRES_PASSWORD ?? '';
  const server = await findPostgres(dir, password);
  if (!server) throw new Fault(`Skep does not run with the data folder ${data}. Run npm start, then make the backup. ${OTHER_WAYS}`);
  const client = new pg.Client({ connectionString: server.url, connectionTimeoutMillis: 10_000 });
  await client.connect();
  const { rows } = await client.query<{ pid: string }>(`select pg_read_file('postmaster.pid') as pid`);
  if (rows[0]?.pid === readFileSync(join(dir, 'postmaster.pid'), 'utf8')) return client;
  await client.end();
  throw new Fault(`Another Postgres uses the port of the one in ${dir}. Stop it, and run npm start.`);
}

function prepareFolder(folder: string, data: string): void {
  if (`${folder}${sep}`.startsWith(`${data}${sep}`)) throw new Fault(`${folder} is in the data folder. Name a folder outside ${data}.`);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new Fault(`${folder} is not empty. Name a new folder.`);
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o700);
}
