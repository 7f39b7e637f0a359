/**
 * Replaces the generated part of a file: the lines between `begin` and `end`, two comments that name `npm run generate`.
 * @throws Error if the file has no such part
 */
export function replacePart(text: string, begin: string, end: string, part: string): string {
  const [start, stop] = [text.indexOf(begin), text.indexOf(end)];
  if (start < 0 || stop < start) throw new Error(`the file has no part between '${begin}' and '${end}'`);
  return `${text.slice(0, start + begin.length)}\n${part}\n${text.slice(stop)}`;
}

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
