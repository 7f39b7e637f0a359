/** Says what goes on, apart from the tables. */
export const progress = (line) => process.stderr.write(`${line}\n`);
