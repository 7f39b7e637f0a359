import { databaseUrlOf, owners } from '../start/installation.mjs';

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'psql-url SERVICE',
    summary: `Prints the database URL of a service (${owners.join(', ')}), for psql`,
    example: 'psql-url billing',
    run: ({ args: [name] }) => console.log(databaseUrlOf(name)),
  },
];
