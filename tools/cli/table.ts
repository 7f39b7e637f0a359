/**
 * Formats rows as aligned columns.
 * @param columns the fields to show
 * @param none the text if there are no rows
 */
export function table<T extends object>(rows: T[], columns: (keyof T & string)[], none: string): string {
  if (rows.length === 0) return none;
  const cells: string[][] = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '-')))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]?.length ?? 0)));
  return cells
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
