import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execute, lastLines } from './execute.mjs';
import { explain, Fault } from './fault.mjs';
import { NODE, ROOT } from './paths.mjs';
import { step } from './progress.mjs';
import { removeStaleOutput } from './stale.mjs';

/** Brings a checkout, however fresh, to where it can run: packages as locked, everything compiled. */
export async function prepare() {
  if (!isInstalled()) await step('Installing packages', install);
  await step('Building', build);
}

/** Whether node_modules holds what the lock file asks for, whoever installed it. */
export function isInstalled(root = ROOT) {
  const wanted = read(join(root, 'package-lock.json'))?.packages;
  const record = read(join(root, 'node_modules/.package-lock.json'))?.packages; // npm writes it when an install is complete
  if (!wanted || !record || !existsSync(NODE)) return false;
  const inPlace = ([path, { link, optional, version }]) => {
    if (link) return existsSync(join(root, path));
    const installed = read(join(root, path, 'package.json'));
    return installed ? installed.version === version : optional === true && !record[path]; // made for another platform
  };
  return Object.entries(wanted)
    .filter(([path]) => path.includes('node_modules/'))
    .every(inPlace);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

async function install() {
  // npm runs us with our own node_modules/.bin first on PATH: the Node there is about to be replaced.
  const path = (process.env.PATH ?? '').split(delimiter).filter((dir) => !dir.endsWith(join('node_modules', '.bin')));
  const { code, output } = await execute('npm', ['ci', '--no-fund', '--no-audit', '--include=dev'], {
    cwd: ROOT,
    env: { ...process.env, PATH: path.join(delimiter) },
  }).catch(() => {
    throw new Fault('npm is not on PATH. Install Node 18 or newer together with npm, and run the command again.');
  });
  if (code !== 0) {
    const errors = output.split('\n').filter((line) => line.includes('npm error'));
    throw explain(output, `npm could not install the packages:\n${(errors.length > 0 ? errors : [lastLines(output, 10)]).join('\n')}`);
  }
  if (!existsSync(NODE))
    throw new Fault('npm was told to run no install scripts, so Node 24 is missing: run `npm rebuild node` and try again.');
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
