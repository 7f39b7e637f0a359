import type { Page } from '@skep/contracts';
import { expect, it } from '@jest/globals';
import { withFirstRows } from './first-rows.js';

const FIRST = ['a', 'b', 'c'];
/** A list whose cursor is its last row; a page has two rows, or none although the list continues. */
const pageOf = (rows: string[], cursor?: string): Page<string> => {
  const rest = rows.slice(cursor ? rows.indexOf(cursor) + 1 : 0);
  const page = rest.slice(0, 2);
  const shown = page.filter((row) => !row.startsWith('hidden'));
  const cursorAt = (index: number) => (index === shown.length - 1 ? page.at(-1)! : shown[index]!);
  return { rows: shown, has_more: rest.length > 2, cursorAt, ...(!cursor && { total: rows.length }) };
};

/** Walks through the list; each answer is cut after so many rows. */
async function walk(rows: string[], cutAfter: number) {
  const seen: string[] = [];
  const totals: (number | undefined)[] = [];
  for (let cursor: string | undefined, answers = 0; answers < 20; answers++) {
    const page = await withFirstRows(
      cursor,
      () => FIRST,
      async (next) => pageOf(rows, next),
    );
    const sent = page.rows.slice(0, cutAfter);
    seen.push(...sent);
    totals.push(page.total);
    if (sent.length === page.rows.length && !page.has_more) return { seen, totals };
    cursor = page.cursorAt!(sent.length - 1);
  }
  throw new Error(`the list does not end: ${seen.join(' ')}`);
}

it.each([1, 2, 3, 4, 5])('a list that is cut after %i rows contains each row once, the first rows first', async (cutAfter) => {
  const rows = ['r1', 'r2', 'r3', 'r4', 'r5'];
  const { seen, totals } = await walk(rows, cutAfter);
  expect(seen).toEqual([...FIRST, ...rows]);
  expect(totals).toEqual([8, ...totals.slice(1).map(() => undefined)]);
});

it('a list whose first page is empty continues after it', async () => {
  expect((await walk(['hidden1', 'hidden2', 'r1'], 10)).seen).toEqual([...FIRST, 'r1']);
});
