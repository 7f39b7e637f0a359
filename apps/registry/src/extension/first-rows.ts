import type { Page } from '@skep/contracts';
import { COUNTED_MAX } from '@skep/platform';

const NUMBER = /^\d+$/;

/**
 * A list that begins with a few rows from elsewhere and continues with pages. The cursor of one of the first rows is its number, so that a
 * list of large rows can be cut anywhere.
 */
export async function withFirstRows<T>(
  cursor: string | undefined,
  readFirst: () => Promise<readonly T[]> | readonly T[],
  readPage: (cursor?: string) => Promise<Page<T>>,
): Promise<Page<T>> {
  if (cursor !== undefined && !NUMBER.test(cursor)) return readPage(cursor);
  const sent = Number(cursor ?? 0);
  const first = (await readFirst()).slice(sent);
  const { cursorAt, total, total_capped, ...page } = await readPage();
  const rows = [...first, ...page.rows];
  // The cursor of the last row is that of the page, which may be empty.
  const numbered = Math.min(first.length, rows.length - 1);
  return {
    ...page,
    rows,
    cursorAt: (index) => (index < numbered ? String(sent + index + 1) : cursorAt!(index - first.length)),
    ...(total !== undefined && cursor === undefined && { total: Math.min(total + first.length, COUNTED_MAX), total_capped }),
  };
}
