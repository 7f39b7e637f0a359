import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@skep/platform/free-port';
import { execute, lastLines } from '../setup/execute.mjs';
import { codeOf, explain, Fault } from '../setup/fault.mjs';
import type { Server, StartOptions } from './embedded-server.ts';
import { openLog } from './logs.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { changeOwner, initdbUser, type PostgresUser, postgresUser } from './postgres-user.ts';
import { ended, identify, terminate } from './processes.mjs';

const superuser = 'postgres';
/** Each service has up to 14 connections, and may run twice during an update. */
const CONNECTIONS = 400;

export interface PostgresOptions extends StartOptions {
  /** The folder of its files. */
  dir: string;
  log: string;
  password: string;
  /** As in postgresql.conf. */
  settings?: Record<string, string | number>;
  /** The time that the start may take, 60 seconds by default: Postgres recovers before it answers. */
  startMs?: number;
}

/** Starts Postgres on a folder, which it initialises the first time. If it already runs there with the same password, returns that one. */
export async function startPostgres(cluster: PostgresOptions): Promise<Server> {
  const { dir, log, password, port: preferredPort, settings = {}, startMs = 60_000, again, spawned } = cluster;
  const running = await findPostgres(dir, password);
  if (running) return running;
  const user = await postgresUser(dir);
  const native = await postgresBinaries(user);
  if (!existsSync(join(dir, 'PG_VERSION'))) await initialise(dir, native, user, password, settings.fsync !== 'off');
  const port = await freePort(preferredPort);
  const options = { listen_addresses: '127.0.0.1', port, unix_socket_directories: '', max_connections: CONNECTIONS, ...settings };
  const output = openLog(log, { again });
  const child = spawn(
    join(native, 'bin/postgres'),
    ['-D', dataPath(user, dir), ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    // Detached, so that Ctrl-C reaches only the launcher, which stops everything in order.
    { ...user, cwd: dir, stdio: ['ignore', output.fd, output.fd], detached: true },
  );
  output.close();
  child.unref();
  let exited = false;
  child.once('error', () => (exited = true)).once('exit', () => (exited = true));
  const server = toServer(child.pid ?? 0, port, password);
  if (child.pid) spawned?.(server);
  for (const deadline = Date.now() + startMs; ; await sleep(15)) {
    const connectError = await tryConnect(server.url);
    if (!connectError) return server;
    if (codeOf(connectError) === '28P01') {
      child.kill('SIGQUIT');
      throw new Fault(
        `The password in secrets.env does not match the databases in ${dir}. Restore that file, or move the folder away to start with empty databases.`,
      );
    }
    if (!exited && Date.now() < deadline) continue;
    await server.stop(0);
    throw explainExit(output.read(), dir, log);
  }
}

function explainExit(output: string, dir: string, log: string): unknown {
  const [, files, program] =
    /data directory was initialized by PostgreSQL version (\S+), which is not compatible with this version (\S+?)\.?\s/.exec(output) ?? [];
  if (files)
    return new Fault(
      `The databases in ${dir} have the format of Postgres ${files}, and this is Postgres ${program}. Dump and restore them, or set DATABASE_URL to a Postgres ${files}.`,
    );
  return explain(output, `Postgres did not start: ${lastLines(output)} (full output: ${log})`);
}

function toServer(pid: number, port: number, password: string): Server {
  const id = identify(pid);
  // SIGINT ends all sessions and writes a checkpoint; SIGTERM would wait for clients to disconnect.
  const stop = (within = 3000) => terminate(id, { signal: 'SIGINT', within });
  const url = adminUrl(port, password);
  const answers = async () => {
    const connectError = await tryConnect(url);
    return !connectError || /^\d/.test(codeOf(connectError) ?? ''); // an SQLSTATE such as 53300 (too many connections) is an answer
  };
  return { url, pid, port, ended: ended(id), answers, stop };
}

const adminUrl = (port: number, password: string) => `postgresql://${superuser}:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;

/** The Postgres that runs on a folder with this password. */
export async function findPostgres(dir: string, password: string): Promise<Server | undefined> {
  // Line 1 is the pid, and line 4 the port. A Postgres that accepts our password is ours.
  const [pid, , , port] = readLines(join(dir, 'postmaster.pid')).map(Number);
  if (!pid || !port || (await tryConnect(adminUrl(port, password)))) return undefined;
  return toServer(pid, port, password);
}

function readLines(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
}

/** The error of a connection attempt; undefined if it succeeds. */
async function tryConnect(url: string): Promise<unknown> {
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

// The user may have no access to a parent of the data folder (/root, a private temp folder). The process enters the folder as root before
// it changes its user id, and then reaches it by this path.
const dataPath = (user: PostgresUser, dir: string) => (user.uid === undefined ? dir : '/proc/self/cwd');

async function initialise(dir: string, native: string, user: PostgresUser, password: string, durable: boolean): Promise<void> {
  const unfinished = `${dir}.new`; // renamed when complete, so that an interrupted start leaves no partial cluster
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  const temporary = mkdtempSync(join(tmpdir(), 'skep-'));
  const passwordFile = join(temporary, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  const owner = initdbUser(user);
  const { uid, gid } = owner;
  if (uid !== undefined && gid !== undefined) for (const path of [unfinished, temporary, passwordFile]) chownSync(path, uid, gid);
  const args = [
    '-D',
    dataPath(user, unfinished),
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
      ...owner,
      cwd: unfinished,
    });
    if (code !== 0) throw explain(output, `initdb failed in ${dir}: ${lastLines(output, 3)}`);
    await changeOwner(user, unfinished);
    renameSync(unfinished, dir);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}
