import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from '../setup/paths.mjs';

const read = () => readFileSync(join(ROOT, 'docs/security.md'), 'utf8');

/** How many requirements each section of ASVS 5.0.0 has. */
const SECTIONS = { 6: [3, 12, 8, 6, 8, 4, 2, 4], 7: [3, 4, 2, 5, 3, 2], 8: [4, 4, 3, 2], 10: [2, 3, 5, 16, 5, 2, 3] };
const VERDICTS = ['met', 'does not apply', 'open'];

/** The tests that a document names, as `file` "name", that are not there. */
function missing(text) {
  const named = [...text.matchAll(/`([^`]+spec\.m?ts|[^`]+spec\.mjs)` "([^"]+)"/g)];
  return named
    .filter(([, file, name]) => {
      const path = join(ROOT, file);
      const code = existsSync(path) ? readFileSync(path, 'utf8').replace(/\s+/g, ' ') : '';
      return !['"', "'", '`'].some((quote) => code.includes(`${quote}${name}${quote},`));
    })
    .map(([, file, name]) => `${file}: ${name}`);
}

test('every test that the document names exists', () => {
  expect(read().match(/spec\.(ts|mjs)` "/g).length).toBeGreaterThan(80);
  expect(missing(read())).toEqual([]);
  const gone = '`tools/test/security-doc.spec.mjs` "a test that nobody wrote" `apps/x/test/gone.e2e-spec.ts` "gone"';
  expect(missing(gone)).toHaveLength(2);
});

test('every requirement of the four chapters has its line and a verdict, and open ones say why', () => {
  const rows = [...read().matchAll(/^\| (\d+\.\d+\.\d+) \| (.+?) \| \*\*(.+?)\*\* \| (.*) \|$/gm)];
  const wanted = Object.entries(SECTIONS).flatMap(([chapter, counts]) =>
    counts.flatMap((count, section) => Array.from({ length: count }, (_, n) => `${chapter}.${section + 1}.${n + 1}`)),
  );
  expect(rows.map(([, id]) => id)).toEqual(wanted);
  for (const [, id, , verdict, why] of rows) expect([id, VERDICTS.includes(verdict), why.length > 2]).toEqual([id, true, true]);
  const count = (verdict) => rows.filter((row) => row[3] === verdict).length;
  const sentence = `Of ${rows.length} requirements ${count('met')} are met, ${count('does not apply')} do not apply and ${count('open')} are open.`;
  expect(read()).toContain(sentence);
});
