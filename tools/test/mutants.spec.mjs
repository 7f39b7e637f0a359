import { execFile } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import { NODE, ROOT } from '../setup/paths.mjs';

const BUILD = join(ROOT, 'apps/billing/dist');
const lists = [];
afterAll(() => lists.forEach((file) => rmSync(file, { force: true })));

/** `npm run mutants -- …`, without the build: how it ended, and what it said. */
const mutants = (...args) =>
  new Promise((resolve) => {
    const command = [join(ROOT, 'tools/mutants/run.mjs'), ...args];
    execFile(NODE, command, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, said: stdout + stderr }));
  });

/** A list of one bug, in the batcher, where it takes no database to find it. */
function listOf(change) {
  const named = {
    file: 'src/hold/batcher.spec.js',
    name: 'runs one batch at a time, and queues later items for the next one, at most 256',
  };
  const file = join(BUILD, 'test/mutants', `${Object.values(change).join('').replace(/\W/g, '')}.mjs`);
  lists.push(file);
  writeFileSync(
    file,
    `export const mutants = ${JSON.stringify([{ name: 'a bug', file: 'src/hold/batcher.js', test: named, ...change }])};`,
  );
  return ['--list', file];
}

test('a planted bug is found by the test that is named for it', async () => {
  const { code, said } = await mutants('one bad item fails its batch');
  expect(said).toContain('found  one bad item fails its batch: retries the items of a failed batch one by one');
  expect(said).toContain('1 of 1 planted bugs were found.');
  expect(code).toBe(0);
}, 120_000);

test('a bug that no test finds is a failure', async () => {
  const { code, said } = await mutants(...listOf({ find: 'const LOCK_WAITS_MAX = 3;', plant: 'const LOCK_WAITS_MAX = 2;' }));
  expect(said).toContain('SURVIVED  a bug');
  expect(said).toContain('0 of 1 planted bugs were found.');
  expect(code).toBe(1);
}, 120_000);

test('a bug that no longer fits the code is a failure', async () => {
  const { code, said } = await mutants(...listOf({ find: 'const AT_ONCE = 5;', plant: '' }));
  expect(said).toContain(`'a bug' can no longer be planted: src/hold/batcher.js holds its text 0 times.`);
  expect(code).toBe(1);
});

test.each(globSync(join(ROOT, 'apps/*/dist/test/mutants/index.js')))('every bug of %s fits the code', async (file) => {
  const { mutants: list } = await import(pathToFileURL(file).href);
  const buildOf = ({ library }) => (library ? join(ROOT, 'libs', library, 'dist') : resolve(file, '../../..'));
  const times = (mutant) => readFileSync(join(buildOf(mutant), mutant.file), 'utf8').split(mutant.find).length - 1;
  expect(list.filter((mutant) => times(mutant) !== 1)).toEqual([]);
  expect(list.length).toBeGreaterThan(0);
  expect((await mutants('--help')).said).toContain(list[0].name);
});
