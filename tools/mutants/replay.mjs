import { spawn } from 'node:child_process';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { NODE, ROOT } from '../setup/paths.mjs';
import { SOUND } from './copies.mjs';
import { verdictOf } from './verdict.mjs';

/**
 * Runs the named tests in all copies, in one run of jest, and reports each copy as soon as its test has ended.
 * @param {import('./copies.mjs').Copy[]} copies
 * @param {{ folder: string, minutes: number }} options
 * @returns {Promise<string[]>} the bugs that no test detected @throws Fault if a test fails without a bug, or the run takes too long
 */
export async function replay(copies, { folder, minutes }) {
  const paths = [...new Set(copies.map(({ path }) => realpathSync(path)))];
  const titles = [...new Set(copies.map(({ test }) => test.name))];
  const config = join(folder, 'jest.config.json');
  const results = join(folder, 'results.json');
  const listed = join(folder, 'copies.json');
  writeFileSync(listed, JSON.stringify(copies.map((copy) => ({ ...copy, path: realpathSync(copy.path) }))));
  const testFile = (file) => join(ROOT, 'tools/test', file);
  writeFileSync(
    config,
    JSON.stringify({
      rootDir: realpathSync(folder),
      testMatch: ['**/*.spec.js', '**/*.e2e-spec.js'],
      transform: {},
      testEnvironment: 'node',
      testTimeout: 60_000,
      maxWorkers: 2,
      watchman: false,
      workerGracefulExitTimeout: 5_000,
      globalSetup: testFile('global-setup.mjs'),
      globalTeardown: testFile('global-teardown.mjs'),
      reporters: [[fileURLToPath(new URL('reporter.mjs', import.meta.url)), { copies: listed }]],
    }),
  );
  const jest = ['--experimental-vm-modules', '--no-warnings', join(ROOT, 'node_modules/jest/bin/jest.js'), '--config', config];
  const selection = [
    '--testNamePattern',
    `(${titles.map(escape).join('|')})$`,
    '--json',
    '--outputFile',
    results,
    '--runTestsByPath',
    ...paths,
  ];
  const child = spawn(NODE, [...jest, ...selection], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'test' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  let timedOut = false;
  const timer = setTimeout(() => (timedOut = child.kill('SIGTERM')), minutes * 60_000);
  await new Promise((resolve, reject) => child.once('error', reject).once('exit', resolve));
  clearTimeout(timer);
  if (timedOut) throw new Fault(`The tests took longer than ${minutes} minutes.`);
  return findSurvivors(copies, JSON.parse(readFileSync(results, 'utf8')).testResults);
}

function findSurvivors(copies, files) {
  const survivors = [];
  for (const { name, path, test } of copies) {
    const verdict = verdictOf(files.find((file) => file.name === realpathSync(path))?.assertionResults ?? [], test.name);
    if (verdict === (name === SOUND ? 'passed' : 'failed')) continue;
    if (name === SOUND || verdict !== 'passed') throw new Fault(`${name}, '${test.name}' (${test.file}): ${verdict}.`);
    survivors.push(name);
  }
  return survivors;
}

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
