import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execute, lastLines } from '../setup/execute.mjs';
import { explain, Fault } from '../setup/fault.mjs';
import { openLog } from './logs.mjs';
import { postgresBinaries } from './postgres-binaries.mjs';
import { giveTo, initialiser, postgresUser } from './postgres-user.mjs';
import { freePort } from './port.mjs';
import { ended, identify, terminate } from './processes.mjs';

const superuser = 'postgres';

/**
 * Starts the Postgres of a folder, making its files the first time; takes over the one that already runs there.
 * @param {{ dir: string, log: string, password: string, port?: number, settings?: Record<string, string | number>, again?: boolean,
 *   spawned?: (server: import('./embedded-server.mjs').Server) => void }} cluster port: the one to prefer; settings: of postgresql.conf
 * @returns {Promise<import('./embedded-server.mjs').Server>}
 */
export async function startPostgres({ dir, log, password, port: preferredPort, settings = {}, again, spawned }) {
  const running = await findRunning(dir, password);
  if (running) return running;
  const user = await postgresUser(dir);
  const native = await postgresBinaries(user);
  if (!existsSync(join(dir, 'PG_VERSION'))) await initialise(dir, native, user, password, settings.fsync !== 'off');
  const port = await freePort(preferredPort);
  const options = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', ...settings };
  const output = openLog(log, { again });
  const child = spawn(
    join(native, 'bin/postgres'),
    ['-D', inPlace(user, dir), ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // A session of its own: Ctrl-C in the terminal must reach the launcher only, which stops things in order.
    { ...user, cwd: dir, stdio: ['ignore', output.fd, output.fd], detached: true },
  );
  output.close();
  child.unref();
  let gone = false;
  child.once('error', () => (gone = true)).once('exit', () => (gone = true));
  const server = handle(child.pid, port, password);
  if (child.pid) spawned?.(server);
  for (const deadline = Date.now() + 60_000; ; await sleep(15)) {
    const refusal = await tryConnect(server.url);
    if (!refusal) return server;
    if (refusal.code === '28P01') {
      child.kill('SIGQUIT');
      throw new Fault(
        `secrets.env does not hold the password of the databases in ${dir}. Restore that file, or move the folder away to begin anew.`,
      );
    }
    if (!gone && Date.now() < deadline) continue;
    await server.stop(0);
    throw whyNot(output.read(), dir, log);
  }
}

function whyNot(output, dir, log) {
  const [, files, program] =
    /data directory was initialized by PostgreSQL version (\S+), which is not compatible with this version (\S+?)\.?\s/.exec(output) ?? [];
  if (files)
    return new Fault(
      `The databases in ${dir} were made by Postgres ${files}, and this is ${program}. Dump and restore them, or set DATABASE_URL to a Postgres ${files}.`,
    );
  return explain(output, `Postgres did not start: ${lastLines(output)} (all of it in ${log})`);
}

function handle(pid, port, password) {
  const id = identify(pid);
  // SIGINT ends its sessions and writes a checkpoint; SIGTERM would wait for clients to go.
  const stop = (within = 3000) => terminate(id, { signal: 'SIGINT', within });
  const url = adminUrl(port, password);
  const answers = async () => {
    const refusal = await tryConnect(url);
    return !refusal || /^\d/.test(refusal.code ?? ''); // a reason of its own, such as 53300 (too many connections), is an answer
  };
  return { url, pid, port, ended: ended(id), answers, stop };
}

const adminUrl = (port, password) => `postgresql://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;

// postmaster.pid: the pid on line 1, the port on line 4. Whoever opens to our password there is ours.
async function findRunning(dir, password) {
  const [pid, , , port] = readLines(join(dir, 'postmaster.pid')).map(Number);
  if (!pid || !port || (await tryConnect(adminUrl(port, password)))) return undefined;
  return handle(pid, port, password);
}

function readLines(file) {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** Why a connection is refused; nothing when it is not. */
async function tryConnect(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return error;
  } finally {
    await client.end().catch(() => {});
  }
}

// The data folder may lie where that user cannot walk (/root, a private temp folder). It is entered before root's rights are
// given up, and this name leads to it without the walk.
const inPlace = (user, dir) => (user.uid === undefined ? dir : '/proc/self/cwd');

async function initialise(dir, native, user, password, durable) {
  const unfinished = `${dir}.new`; // renamed when complete, so that an interrupted start leaves nothing half made
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const aside = mkdtempSync(join(tmpdir(), 'skep-'));
  const passwordFile = join(aside, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const maker = initialiser(user);
  if (maker.uid !== undefined) for (const path of [unfinished, aside, passwordFile]) chownSync(path, maker.uid, maker.gid);
  const args = [
    '-D',
    inPlace(user, unfinished),
    '-U',
    superuser,
    '-A',
    'scram-sha-256',
    `--pwfile=${passwordFile}`,
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
  ];
  try {
    const { code, output } = await execute(join(native, 'bin/initdb'), durable ? args : [...args, '--no-sync'], {
      ...maker,
      cwd: unfinished,
    });
    if (code !== 0) throw explain(output, `Postgres could not make its files in ${dir}: ${lastLines(output, 3)}`);
    await giveTo(user, unfinished);
    renameSync(unfinished, dir);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}
