import type { Skep } from '@skep/testkit';
import { operatorCommand } from './operator-command.js';

/** Creates an extension token as the operator. The app need not exist. */
export const createExtensionToken = async (skep: Skep, app: string, ...options: string[]): Promise<string> =>
  (await operatorCommand(skep, 'extension-token', app, ...options)).trim();

export async function revokeExtensionToken(skep: Skep, app: string, token: string): Promise<void> {
  const list = await operatorCommand(skep, 'extension-tokens', 'list', app);
  const line = list.split('\n').find((line) => line.includes(token.slice(0, 15)));
  await operatorCommand(skep, 'extension-tokens', 'revoke', app, String(line?.split(' ')[0]));
}
