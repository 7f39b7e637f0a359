import { tablesOf } from '@skep/platform';
import { openTestDatabase, type ServiceHarness } from '@skep/testkit';
import { type CallTokenSubject, CallTokens } from '../src/call-token/call-tokens.js';
import { service } from '../src/main.js';

/** Mints call tokens as the kernel of the harness does. The caller closes it. */
export async function callTokensOf({ env }: Pick<ServiceHarness, 'env'>) {
  const db = await openTestDatabase(await tablesOf(service), env);
  const tokens = new CallTokens(db);
  const subject: CallTokenSubject = { tool_type: 'skeleton', app_id: 'mail', tenant_id: 'default', user_id: 'ada' };
  return { mint: (other: Partial<CallTokenSubject> = {}) => tokens.mint({ ...subject, ...other }), close: () => db.close() };
}
