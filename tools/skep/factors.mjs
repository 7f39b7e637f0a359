import { runAsOperator } from '../setup/run-as-operator.mjs';

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'factors remove EMAIL [TENANT]',
    summary: 'Removes all second factors of a user and ends their sessions; the password stays',
    example: 'factors remove ada@example.com',
    run: ({ args: [EMAIL, TENANT = 'default'] }) => runAsOperator('remove-factors.mjs', { EMAIL, TENANT }),
  },
];
