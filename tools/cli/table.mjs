/**
 * Formats rows as aligned columns.
 * @param {Record<string, unknown>[]} rows
 * @param {string[]} columns the fields to show
 * @param {string} none the text if there are no rows
 */
export function table(rows, columns, none) {
  if (rows.length === 0) return none;
  const cells = [columns, ...rows.map((row) => columns.map((column) => String(row[column] ?? '-')))];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  return cells
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
