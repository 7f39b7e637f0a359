import { accessSync, chmodSync, constants, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execute, lastLines } from './setup/execute.mjs';
import { explain, Fault } from './setup/fault.mjs';
import { CACHE } from './setup/paths.mjs';

const elsewhere = 'Put a nats-server (2.9.10 or newer) on PATH, or set NATS_URL to a running one.';

/**
 * The path of a nats-server: the one on PATH, the one fetched before, or Debian's, fetched and unpacked without root.
 * @returns {Promise<string>}
 */
export async function natsServerBinary() {
  const cached = join(CACHE, 'nats-server');
  return onPath('nats-server') ?? (existsSync(cached) ? cached : fetchFromDebian(cached));
}

function onPath(name) {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function fetchFromDebian(target) {
  if (!onPath('apt-get') || !onPath('dpkg')) throw new Fault(`nats-server is missing. ${elsewhere}`);
  mkdirSync(CACHE, { recursive: true });
  const work = mkdtempSync(join(CACHE, 'nats-'));
  try {
    for (const dir of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, dir), { recursive: true });
    const apt = (...args) => aptGet(work, args);
    await apt('update');
    await apt('download', 'nats-server');
    const deb = readdirSync(work).find((name) => name.endsWith('.deb'));
    const { code, output } = await execute('dpkg', ['-x', join(work, deb), join(work, 'unpacked')]);
    if (code !== 0) throw explain(output, `Debian's nats-server could not be unpacked (${lastLines(output)}). ${elsewhere}`);
    // Two processes may fetch at once: each unpacks on its own, and the last rename wins with an equal file.
    const unpacked = join(work, 'nats-server');
    cpSync(join(work, 'unpacked/usr/sbin/nats-server'), unpacked);
    chmodSync(unpacked, 0o755);
    renameSync(unpacked, target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function aptGet(work, args) {
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    'APT::Sandbox::User=root', // or apt would give up root's rights, and could not write here
    'Acquire::Languages=none',
  ].flatMap((option) => ['-o', option]);
  const { code, output } = await execute('apt-get', ['-q', ...options, ...args], { cwd: work });
  if (code !== 0) throw explain(output, `nats-server is missing, and apt-get could not fetch it (${lastLines(output)}). ${elsewhere}`);
}
