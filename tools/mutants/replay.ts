import { spawn } from 'node:child_process';
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { NODE, ROOT } from '../setup/paths.mjs';
import { type Copy, SOUND } from './copies.ts';
import { type TestResult, verdictOf } from './verdict.ts';

/**
 * Runs the named tests in all copies, in one run of jest, and reports each copy as soon as its test has ended.
 * @returns the bugs that no test detected @throws Fault if a test fails without a bug, or the run takes too long
 */
export async function replay(copies: Copy[], { folder, minutes }: { folder: string; minutes: number }): Promise<string[]> {
  const paths = [...new Set(copies.map(({ path }) => realpathSync(path)))];
  const titles = [...new Set(copies.map(({ test }) => test.name))];
  const config = join(folder, 'jest.config.json');
  const results = join(folder, 'results.json');
  const listed = join(folder, 'copies.json');
  writeFileSync(listed, JSON.stringify(copies.map((copy) => ({ ...copy, path: realpathSync(copy.path) }))));
  const testFile = (file: string) => join(ROOT, 'tools/test', file);
  writeFileSync(
    config,
    JSON.stringify({
      rootDir: realpathSync(folder),
      testMatch: ['**/*.spec.js', '**/*.e2e-spec.js'],
      transform: { '\\.ts$': testFile('strip-types.mjs') },
      extensionsToTreatAsEsm: ['.ts'],
      testEnvironment: 'node',
      testTimeout: 60_000,
      maxWorkers: 2,
      watchman: false,
      workerGracefulExitTimeout: 5_000,
      globalSetup: testFile('global-setup.ts'),
      globalTeardown: testFile('global-teardown.ts'),
      reporters: [[fileURLToPath(new URL('reporter.ts', import.meta.url)), { copies: listed }]],
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
  return findSurvivors(copies, (JSON.parse(readFileSync(results, 'utf8')) as { testResults: TestFile[] }).testResults);
}

interface TestFile {
  name: string;
  assertionResults: TestResult[];
}

function findSurvivors(copies: Copy[], files: TestFile[]): string[] {
  const survivors: string[] = [];
  for (const { name, path, test } of copies) {
    const verdict = verdictOf(files.find((file) => file.name === realpathSync(path))?.assertionResults ?? [], test.name);
    if (verdict === (name === SOUND ? 'passed' : 'failed')) continue;
    if (name === SOUND || verdict !== 'passed') throw new Fault(`${name}, '${test.name}' (${test.file}): ${verdict}.`);
    survivors.push(name);
  }
  return survivors;
}

const escape = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
