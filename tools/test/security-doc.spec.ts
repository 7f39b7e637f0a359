import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import type { Mutant } from '../mutants/copies.ts';
import { ROOT } from '../setup/paths.mjs';

const read = () => readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** The number of requirements in each section of ASVS 5.0.0. */
const SECTIONS: Record<string, number[]> = {
  6: [3, 12, 8, 6, 8, 4, 2, 4],
  7: [3, 4, 2, 5, 3, 2],
  8: [4, 4, 3, 2],
  10: [2, 3, 5, 16, 5, 2, 3],
};
const VERDICTS = ['met', 'does not apply', 'open'];

interface Requirement {
  id: string;
  verdict: string;
  why: string;
}

/** A test: its file and its title. */
type Test = Mutant['test'];

interface PlantedBug {
  rows: string[];
  name: string;
  test: Test;
}

/** The rows of the requirements: numbers, verdicts and reasons. */
const rowsOf = (text: string): Requirement[] =>
  [...text.matchAll(/^\| (\d+\.\d+\.\d+) \| .+? \| \*\*(.+?)\*\* \| (.*) \|$/gm)].map(([, id = '', verdict = '', why = '']) => ({
    id,
    verdict,
    why,
  }));

/** The tests that a text quotes, as `file` "name". */
const namedIn = (text: string): Test[] =>
  [...text.matchAll(/`([^`]+spec\.ts)` "([^"]+)"/g)].map(([, file = '', name = '']) => ({ file, name }));

/** The quoted tests that do not exist. */
function missing(text: string): string[] {
  return namedIn(text)
    .filter(({ file, name }) => {
      const path = join(ROOT, file);
      const code = existsSync(path) ? readFileSync(path, 'utf8').replace(/\s+/g, ' ') : '';
      return !['"', "'", '`'].some((quote) => code.includes(`${quote}${name}${quote},`));
    })
    .map(({ file, name }) => `${file}: ${name}`);
}

/** The planted bugs for requirements: the rows' numbers, and the test that must detect the bug. */
async function readBugs(): Promise<PlantedBug[]> {
  const planted: PlantedBug[] = [];
  for (const list of globSync(join(ROOT, 'apps/*/dist/test/mutants/index.js'))) {
    const app = relative(ROOT, resolve(list, '../../../..'));
    const { mutants } = (await import(pathToFileURL(list).href)) as { mutants: Mutant[] };
    for (const { name, test } of mutants) {
      const rows = /^security ([\d., ]+): /.exec(name)?.[1]?.split(', ');
      if (rows) planted.push({ rows, name, test: { file: join(app, test.file).replace(/\.js$/, '.ts'), name: test.name } });
    }
  }
  return planted;
}

/** Whether the quoted name, which may contain %s or %j for the values of a case, is that of the test. */
function matches(test: Test, { file, name }: Test): boolean {
  const literally = name.split(/%[sj]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return file === test.file && new RegExp(`^${literally.join('.+')}$`).test(test.name);
}

/** The rows that are met without a planted bug and without a reason for it, and the bugs whose test is not in their row. */
function unproven(rows: Requirement[], planted: PlantedBug[]): string[] {
  const met = rows.filter(({ verdict }) => verdict === 'met');
  const untested = met.filter(({ id, why }) => !/\bNo test: \w/.test(why) && !planted.some((bug) => bug.rows.includes(id)));
  const unmatched = planted.flatMap(({ rows: ids, name, test }) =>
    ids
      .map((id) => met.find((row) => row.id === id))
      .filter((row) => !row || !namedIn(row.why).some((named) => matches(test, named)))
      .map(() => name),
  );
  return [...untested.map(({ id }) => id), ...unmatched];
}

test('every test that the document quotes exists', () => {
  expect(read().match(/spec\.ts` "/g)?.length).toBeGreaterThan(80);
  expect(missing(read())).toEqual([]);
  const gone = '`tools/test/security-doc.spec.ts` "a test that nobody wrote" `apps/x/test/gone.e2e-spec.ts` "gone"';
  expect(missing(gone)).toHaveLength(2);
});

test('every requirement that is met has a planted bug that a test of its row detects, or says why there is no test', async () => {
  const planted = await readBugs();
  expect(planted.length).toBeGreaterThan(60);
  expect(unproven(rowsOf(read()), planted)).toEqual([]);
  const row = { id: '1.2.3', verdict: 'met', why: '`apps/x/test/a.e2e-spec.ts` "is %s"' };
  const bug = (name: string, rows: string[]) => ({ rows, name, test: { file: 'apps/x/test/a.e2e-spec.ts', name } });
  expect(unproven([row], [bug('is good', ['1.2.3'])])).toEqual([]);
  expect(unproven([row], [])).toEqual(['1.2.3']);
  expect(unproven([{ ...row, why: 'No test: no code does.' }], [])).toEqual([]);
  expect(unproven([row], [bug('was good', ['1.2.3'])])).toEqual(['was good']);
  expect(unproven([row], [bug('is good', ['1.2.3', '1.2.4'])])).toEqual(['is good']);
});

test('every requirement of the four chapters has a row with a verdict and a reason', () => {
  const rows = rowsOf(read());
  const wanted = Object.entries(SECTIONS).flatMap(([chapter, counts]) =>
    counts.flatMap((count, section) => Array.from({ length: count }, (_, n) => `${chapter}.${section + 1}.${n + 1}`)),
  );
  expect(rows.map(({ id }) => id)).toEqual(wanted);
  for (const { id, verdict, why } of rows) expect([id, VERDICTS.includes(verdict), why.length > 2]).toEqual([id, true, true]);
  const count = (verdict: string) => rows.filter((row) => row.verdict === verdict).length;
  const sentence = `Of ${rows.length} requirements ${count('met')} are met, ${count('does not apply')} do not apply and ${count('open')} are open.`;
  expect(read()).toContain(sentence);
});
