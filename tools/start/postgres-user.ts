import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { execute, lastLines } from '../setup/execute.mjs';
import { explain, Fault } from '../setup/fault.mjs';

/** The user who runs a program of Postgres, as options of `spawn`. Without uid and gid it is the current user. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
  env: NodeJS.ProcessEnv;
}

/** No other variables: a process with the same user id could read the environment of Postgres. */
const env = Object.fromEntries(['PATH', 'TZ', 'SystemRoot'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/** The ids that systemd reserves for services without an account. */
const ids = { from: 61_184, count: 4_336 };
/** The user id of `nobody`, which unrelated programs share. */
const NOBODY = 65_534;

/**
 * Chooses the user who runs Postgres, which refuses to run as root. If we are root, it is a user id without an account, derived from the
 * path of its folder; if the folder already belongs to another user, it is that user.
 * @param dir the folder of its files
 */
export async function postgresUser(dir: string): Promise<PostgresUser> {
  if (process.getuid?.() !== 0) return { env };
  if (process.platform !== 'linux')
    throw new Fault('Postgres does not run as root here. Start Skep as an ordinary user, or set DATABASE_URL.');
  const owner = existsSync(dir) ? statSync(dir) : undefined;
  if (owner && owner.uid !== 0 && owner.uid !== NOBODY) return { uid: owner.uid, gid: owner.gid, env };
  const taken = new Set(accounts().flatMap(({ uid, gid }) => [uid, gid]));
  let id = ids.from + (createHash('sha256').update(dir).digest().readUInt16BE() % ids.count);
  while (taken.has(id)) id = ids.from + ((id + 1 - ids.from) % ids.count);
  const user = { uid: id, gid: id, env };
  if (owner) await changeOwner(user, dir);
  return user;
}

/** Chooses the user who runs initdb, which refuses a user id without an account: any account that runs no process. */
export function initdbUser(user: PostgresUser): PostgresUser {
  if (user.uid === undefined || accounts().some(({ uid }) => uid === user.uid)) return user;
  const busy = new Set(processOwners());
  const idle = accounts().find(({ uid }) => uid !== 0 && !busy.has(uid));
  if (!idle) throw new Fault('Every account of this system runs a process. Start Skep as an ordinary user, or set DATABASE_URL.');
  return { ...idle, env };
}

/** Makes the user the owner of a folder and all its contents. */
export async function changeOwner({ uid, gid }: Pick<PostgresUser, 'uid' | 'gid'>, dir: string): Promise<void> {
  if (uid === undefined) return;
  const { code, output } = await execute('chown', ['-R', `${uid}:${gid}`, dir]);
  if (code !== 0) throw explain(output, `Cannot make the user id ${uid} the owner of the Postgres files: ${lastLines(output)}`);
}

function accounts() {
  const lines = readFileSync('/etc/passwd', 'utf8').matchAll(/^[^:]+:[^:]*:(\d+):(\d+):/gm);
  return [...lines].map(([, uid, gid]) => ({ uid: Number(uid), gid: Number(gid) }));
}

function processOwners() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [statSync(`/proc/${pid}`).uid];
      } catch {
        return []; // it has ended
      }
    });
}
