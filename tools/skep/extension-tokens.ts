import type { Command } from '../cli/commands.ts';
import { runAsOperator } from '../cli/run-as-operator.ts';

const run = (ACTION: string, [APP = '', TOKEN_ID = '']: string[], TENANT = 'default') =>
  runAsOperator('extension-token.ts', { ACTION, APP, TOKEN_ID, TENANT });

export const commands: Command[] = [
  {
    usage: 'extension-token APP [--tenant TENANT]',
    summary: 'Creates a token with which the code of an app calls Skep, in one tenant, and prints it',
    example: 'extension-token link-saver',
    run: ({ args, values: { tenant } }) => run('create', args, tenant),
  },
  {
    usage: 'extension-tokens list APP [--tenant TENANT]',
    summary: 'Lists the extension tokens of an app',
    example: 'extension-tokens list link-saver',
    run: ({ args, values: { tenant } }) => run('list', args, tenant),
  },
  {
    usage: 'extension-tokens revoke APP TOKEN_ID [--tenant TENANT]',
    summary: 'Revokes an extension token of an app at once',
    example: 'extension-tokens revoke link-saver ext_9d2k',
    run: ({ args, values: { tenant } }) => run('revoke', args, tenant),
  },
];
