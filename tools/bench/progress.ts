/** Prints a progress line to standard error, separate from the tables. */
export const progress = (line: string) => process.stderr.write(`${line}\n`);
