import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { execute, lastLines } from '../setup/execute.mjs';
import { explain, Fault } from '../setup/fault.mjs';

/**
 * As whom a program of Postgres runs: options of `spawn`. Without uid and gid it is the user we are.
 * @typedef {{ uid?: number, gid?: number, env: Record<string, string> }} PostgresUser
 */

/** Nothing of ours: whoever shares the user id of Postgres could read its environment. */
const env = Object.fromEntries(['PATH', 'TZ', 'SystemRoot'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));

/** The ids that systemd gives to services without an account: nothing else has them. */
const ids = { from: 61_184, count: 4_336 };
const NOBODY = 65_534;

/**
 * Postgres refuses to run as root. Started by root it gets a user id that no account and no other program has, found from the name of
 * its folder; files that already belong to somebody else stay theirs.
 * @param {string} dir the folder of its files
 * @returns {Promise<PostgresUser>}
 */
export async function postgresUser(dir) {
  if (process.getuid?.() !== 0) return { env };
  if (process.platform !== 'linux')
    throw new Fault('Postgres does not run as root here. Start Skep as an ordinary user, or set DATABASE_URL.');
  const owner = existsSync(dir) ? statSync(dir) : undefined;
  if (owner && owner.uid !== 0 && owner.uid !== NOBODY) return { uid: owner.uid, gid: owner.gid, env };
  const taken = new Set(accounts().flatMap(({ uid, gid }) => [uid, gid]));
  let id = ids.from + (createHash('sha256').update(dir).digest().readUInt16BE() % ids.count);
  while (taken.has(id)) id = ids.from + ((id + 1 - ids.from) % ids.count);
  const user = { uid: id, gid: id, env };
  if (owner) await giveTo(user, dir);
  return user;
}

/**
 * As whom initdb runs, which refuses a user id without an account: an account that runs no process lends its own.
 * @param {PostgresUser} user
 * @returns {PostgresUser}
 */
export function initialiser(user) {
  if (user.uid === undefined || accounts().some(({ uid }) => uid === user.uid)) return user;
  const busy = new Set(processOwners());
  const idle = accounts().find(({ uid }) => uid !== 0 && !busy.has(uid));
  if (!idle) throw new Fault('Every account of this system runs a process. Start Skep as an ordinary user, or set DATABASE_URL.');
  return { ...idle, env };
}

/** Gives a folder with all that is in it to that user. */
export async function giveTo({ uid, gid }, dir) {
  if (uid === undefined) return;
  const { code, output } = await execute('chown', ['-R', `${uid}:${gid}`, dir]);
  if (code !== 0) throw explain(output, `The files of Postgres could not be given to the user id ${uid}: ${lastLines(output)}`);
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
        return []; // it has ended meanwhile
      }
    });
}
