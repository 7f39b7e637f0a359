import type { Command } from '../cli/commands.ts';
import { databaseUrlOf, servicesWithDatabase } from '../start/installation.ts';

export const commands: Command[] = [
  {
    usage: 'psql-url SERVICE',
    summary: `Prints the database URL of a service (${servicesWithDatabase.join(', ')}), for psql`,
    example: 'psql-url billing',
    run: ({ args: [name] }) => console.log(databaseUrlOf(name)),
  },
];
