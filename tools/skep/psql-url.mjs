import { databaseUrlOf, owners } from '../start/installation.mjs';

export const summary = `Prints the database URL of a service (${owners.join(', ')}), for psql`;
export const usage = 'psql-url SERVICE';

export function run([name]) {
  console.log(databaseUrlOf(name));
}
