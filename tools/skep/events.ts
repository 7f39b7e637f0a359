import { resolve } from 'node:path';
import type { Command } from '../cli/commands.ts';
import { runAsOperator } from '../cli/run-as-operator.ts';

/** Where the command was typed: `npm run` changes the folder. */
const cwd = process.env.INIT_CWD ?? process.cwd();

export const commands: Command[] = [
  {
    usage: 'events import FILE [--tenant TENANT]',
    summary: 'Adds races to the catalogue of a tenant, from a file with one as JSON on each line, as POST /events takes it',
    example: 'events import races.jsonl',
    run: ({ args: [file = ''], values: { tenant = 'default' } }) =>
      runAsOperator('import-races.ts', { FILE: resolve(cwd, file), TENANT: tenant }),
  },
];
