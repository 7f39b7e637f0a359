import { databaseUrlOf, servicesWithDatabase } from '../start/installation.mjs';

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'psql-url SERVICE',
    summary: `Prints the database URL of a service (${servicesWithDatabase.join(', ')}), for psql`,
    example: 'psql-url billing',
    run: ({ args: [name] }) => console.log(databaseUrlOf(name)),
  },
];
