import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from '@jest/globals';
import { ROOT } from '../setup/paths.mjs';

const read = () => readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** How many requirements each section of ASVS 5.0.0 has. */
const SECTIONS = { 6: [3, 12, 8, 6, 8, 4, 2, 4], 7: [3, 4, 2, 5, 3, 2], 8: [4, 4, 3, 2], 10: [2, 3, 5, 16, 5, 2, 3] };
const VERDICTS = ['met', 'does not apply', 'open'];

/** The lines of the requirements: their numbers, verdicts and reasons. */
const rowsOf = (text) =>
  [...text.matchAll(/^\| (\d+\.\d+\.\d+) \| .+? \| \*\*(.+?)\*\* \| (.*) \|$/gm)].map(([, id, verdict, why]) => ({ id, verdict, why }));

/** The tests that a text names, as `file` "name". */
const namedIn = (text) => [...text.matchAll(/`([^`]+spec\.(?:ts|mjs))` "([^"]+)"/g)].map(([, file, name]) => ({ file, name }));

/** The tests that a document names that are not there. */
function missing(text) {
  return namedIn(text)
    .filter(({ file, name }) => {
      const path = join(ROOT, file);
      const code = existsSync(path) ? readFileSync(path, 'utf8').replace(/\s+/g, ' ') : '';
      return !['"', "'", '`'].some((quote) => code.includes(`${quote}${name}${quote},`));
    })
    .map(({ file, name }) => `${file}: ${name}`);
}

/** The bugs that break rows: the numbers of these, and the test that must find it, as a document names it. */
async function bugs() {
  const planted = [];
  for (const list of globSync(join(ROOT, 'apps/*/dist/test/mutants/index.js'))) {
    const app = relative(ROOT, resolve(list, '../../../..'));
    const { mutants } = await import(pathToFileURL(list).href);
    for (const { name, test } of mutants) {
      const rows = /^security ([\d., ]+): /.exec(name)?.[1].split(', ');
      if (rows) planted.push({ rows, name, test: { file: join(app, test.file).replace(/\.js$/, '.ts'), name: test.name } });
    }
  }
  return planted;
}

/** Is this the test that is named, whose name may hold %s or %j for what each case has there? */
function isNamed(test, { file, name }) {
  const literally = name.split(/%[sj]/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return file === test.file && new RegExp(`^${literally.join('.+')}$`).test(test.name);
}

/** Rows that are met without a test to break, and without saying why; and bugs that are not found by a test of their row. */
function unproven(rows, planted) {
  const met = rows.filter(({ verdict }) => verdict === 'met');
  const bare = met.filter(({ id, why }) => !/\bNo test: \w/.test(why) && !planted.some((bug) => bug.rows.includes(id)));
  const strange = planted.flatMap(({ rows: ids, name, test }) =>
    ids
      .map((id) => met.find((row) => row.id === id))
      .filter((row) => !row || !namedIn(row.why).some((named) => isNamed(test, named)))
      .map(() => name),
  );
  return [...bare.map(({ id }) => id), ...strange];
}

test('every test that the document names exists', () => {
  expect(read().match(/spec\.(ts|mjs)` "/g).length).toBeGreaterThan(80);
  expect(missing(read())).toEqual([]);
  const gone = '`tools/test/security-doc.spec.mjs` "a test that nobody wrote" `apps/x/test/gone.e2e-spec.ts` "gone"';
  expect(missing(gone)).toHaveLength(2);
});

test('for every requirement that is met, a bug is planted that a test of its row must find, or the row says why there is no test', async () => {
  const planted = await bugs();
  expect(planted.length).toBeGreaterThan(60);
  expect(unproven(rowsOf(read()), planted)).toEqual([]);
  const row = { id: '1.2.3', verdict: 'met', why: '`apps/x/test/a.e2e-spec.ts` "is %s"' };
  const bug = (name, rows) => ({ rows, name, test: { file: 'apps/x/test/a.e2e-spec.ts', name } });
  expect(unproven([row], [bug('is good', ['1.2.3'])])).toEqual([]);
  expect(unproven([row], [])).toEqual(['1.2.3']);
  expect(unproven([{ ...row, why: 'No test: no code does.' }], [])).toEqual([]);
  expect(unproven([row], [bug('was good', ['1.2.3'])])).toEqual(['was good']);
  expect(unproven([row], [bug('is good', ['1.2.3', '1.2.4'])])).toEqual(['is good']);
});

test('every requirement of the four chapters has its line and a verdict, and open ones say why', () => {
  const rows = rowsOf(read());
  const wanted = Object.entries(SECTIONS).flatMap(([chapter, counts]) =>
    counts.flatMap((count, section) => Array.from({ length: count }, (_, n) => `${chapter}.${section + 1}.${n + 1}`)),
  );
  expect(rows.map(({ id }) => id)).toEqual(wanted);
  for (const { id, verdict, why } of rows) expect([id, VERDICTS.includes(verdict), why.length > 2]).toEqual([id, true, true]);
  const count = (verdict) => rows.filter((row) => row.verdict === verdict).length;
  const sentence = `Of ${rows.length} requirements ${count('met')} are met, ${count('does not apply')} do not apply and ${count('open')} are open.`;
  expect(read()).toContain(sentence);
});
