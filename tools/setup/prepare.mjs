import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { natsServerBinary } from '../nats-server.mjs';
import { execute, lastLines } from './execute.mjs';
import { explain, Fault } from './fault.mjs';
import { NODE, ROOT } from './paths.mjs';
import { step } from './progress.mjs';
import { removeStaleOutput } from './stale.mjs';

const REGISTRY_MS = 15_000;

/** Makes a checkout ready to run: installs the locked packages, fetches nats-server if needed, and compiles. */
export async function prepare({ needsNats = true } = {}) {
  if (!isInstalled()) await step('Installing packages', install);
  if (needsNats) await natsServerBinary({ say: () => {} }); // before the build: a failure is reported sooner
  await step('Building', build);
}

/** @typedef {{ version: string, link?: boolean, optional?: boolean }} Package as in a lock file */

/** Whether node_modules contains the versions of the lock file. */
export function isInstalled(root = ROOT) {
  const wanted = read(join(root, 'package-lock.json'))?.packages;
  const record = read(join(root, 'node_modules/.package-lock.json'))?.packages; // npm writes it when an install is complete
  if (!wanted || !record || !existsSync(NODE)) return false;
  const isInPlace = (/** @type {[string, Package]} */ [path, { link, optional, version }]) => {
    if (link) return existsSync(join(root, path));
    const installed = read(join(root, path, 'package.json'));
    return installed ? installed.version === version : optional === true && !record[path]; // made for another platform
  };
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(isInPlace);
}

/**
 * A JSON file; undefined if it does not exist.
 * @param {string} file
 * @returns {({ packages?: Record<string, Package> } & Partial<Package>) | undefined}
 */
function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function install() {
  const unreachable = await registryFault();
  if (unreachable) console.log(`${unreachable} Trying npm's cache …`);
  const { code, output } = await npm(['ci', '--no-fund', '--no-audit', '--include=dev', ...(unreachable ? ['--offline'] : [])]);
  if (code !== 0 && unreachable)
    throw new Fault(`${unreachable} Check the network and npm's settings (npm config list), and run the command again.`);
  if (code !== 0) {
    const errors = output.split('\n').filter((line) => line.includes('npm error'));
    throw explain(output, `npm could not install the packages:\n${(errors.length > 0 ? errors : [lastLines(output, 10)]).join('\n')}`);
  }
  if (!existsSync(NODE)) throw new Fault('Node 24 is missing, because npm ran no install scripts. Run `npm rebuild node` and try again.');
}

/** The reason why the package registry is unreachable; undefined if it answers. npm itself would retry for minutes first. */
export async function registryFault(timeoutMs = REGISTRY_MS) {
  const timeout = AbortSignal.timeout(timeoutMs);
  const { code, output } = await npm(['ping', '--fetch-retries=0'], { signal: timeout }).catch((error) => {
    if (!timeout.aborted) throw error;
    return { code: 1, output: 'code ETIMEDOUT' };
  });
  const [, reason] = /code (ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|E(?:NET|HOST)UNREACH)/.exec(output) ?? [];
  if (code === 0 || !reason) return undefined;
  const { output: registry } = await npm(['config', 'get', 'registry']);
  return `The package registry ${lastLines(registry)} cannot be reached (${reason}).`;
}

async function build() {
  const { code, output } = await execute(
    process.execPath,
    [join(ROOT, 'node_modules/turbo/bin/turbo'), 'run', 'build', '--output-logs=errors-only'],
    {
      cwd: ROOT,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
    },
  );
  if (code !== 0) throw explain(output, `The build failed:\n${output.replace(/^.*\bnpm (error|warn)\b.*\n/gm, '').trim()}`);
  removeStaleOutput(ROOT);
}

/**
 * Runs npm until it ends, without node_modules/.bin, which npm puts on our PATH: the Node there is about to be replaced.
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
function npm(args, options) {
  const path = (process.env.PATH ?? '').split(delimiter).filter((dir) => !dir.endsWith(join('node_modules', '.bin')));
  return execute('npm', args, { cwd: ROOT, env: { ...process.env, PATH: path.join(delimiter) }, ...options }).catch((error) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Fault('npm is not on PATH. Install Node 18 or newer together with npm, and run the command again.');
  });
}
