import type { Command } from '../cli/commands.ts';
import { runAsOperator } from '../cli/run-as-operator.ts';

export const commands: Command[] = [
  {
    usage: 'factors remove EMAIL [TENANT]',
    summary: 'Removes all second factors of a user and ends their sessions; the password stays',
    example: 'factors remove ada@example.com',
    run: ({ args: [EMAIL = '', TENANT = 'default'] }) => runAsOperator('remove-factors.ts', { EMAIL, TENANT }),
  },
];
