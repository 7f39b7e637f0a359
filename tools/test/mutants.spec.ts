import { execFile } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from '@jest/globals';
import type { Mutant } from '../mutants/copies.ts';
import { NODE, ROOT } from '../setup/paths.mjs';

const BUILD = join(ROOT, 'apps/billing/dist');
const lists: string[] = [];
afterAll(() => lists.forEach((file) => rmSync(file, { force: true })));

/** Runs `npm run mutants -- …` without the build; returns its exit code and its output. */
const mutants = (...args: string[]) =>
  new Promise<{ code: number | string; output: string }>((resolve) => {
    const command = [join(ROOT, 'tools/mutants/run.ts'), ...args];
    execFile(NODE, command, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, output: stdout + stderr }));
  });

/** Writes a list of one bug in the batcher, whose test needs no database. */
function writeList(change: { find: string; plant: string }): string[] {
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

test('a planted bug is detected by its test', async () => {
  const { code, output } = await mutants('one bad item fails its batch');
  expect(output).toContain('detected  one bad item fails its batch: retries the items of a failed batch one by one');
  expect(output).toContain('1 of 1 planted bugs were detected.');
  expect(code).toBe(0);
});

test('a bug that its test does not detect is a failure', async () => {
  const { code, output } = await mutants(...writeList({ find: 'const LOCK_WAITS_MAX = 3;', plant: 'const LOCK_WAITS_MAX = 2;' }));
  expect(output).toContain('SURVIVED  a bug');
  expect(output).toContain('0 of 1 planted bugs were detected.');
  expect(code).toBe(1);
});

test('a bug whose text is not in the code any more is a failure', async () => {
  const { code, output } = await mutants(...writeList({ find: 'const AT_ONCE = 5;', plant: '' }));
  expect(output).toContain(`Cannot plant 'a bug': its text occurs 0 times in src/hold/batcher.js, not once.`);
  expect(code).toBe(1);
});

test.each(globSync(join(ROOT, '{apps,libs}/*/dist/test/mutants/index.js')))(
  'the text of every bug of %s occurs once in the code',
  async (file) => {
    const { mutants: list } = (await import(pathToFileURL(file).href)) as { mutants: Mutant[] };
    const buildOf = ({ library }: Mutant) => (library ? join(ROOT, 'libs', library, 'dist') : resolve(file, '../../..'));
    const times = (mutant: Mutant) => readFileSync(join(buildOf(mutant), mutant.file), 'utf8').split(mutant.find).length - 1;
    expect(list.filter((mutant) => times(mutant) !== 1)).toEqual([]);
    expect(list.length).toBeGreaterThan(0);
    expect((await mutants('--help')).output).toContain(list[0]?.name);
  },
);
