// Run by tools/skep/extension-tokens.ts, with ACTION, APP, TENANT and TOKEN_ID in its environment.
import { auth } from '@skep/contracts/auth';
import { table } from '../cli/table.ts';
import { asOperator } from './bus.ts';

const { ACTION, APP: app_id = '', TENANT: tenant = '', TOKEN_ID: token_id = '' } = process.env;
await asOperator('extension-tokens', async (bus, operator) => {
  const ctx = { ...operator, tenant };
  if (ACTION === 'create') {
    const { token } = await bus.call(auth.createExtensionToken, ctx, { app_id });
    console.log(token);
    console.error(`The extension token of ${app_id} in the tenant ${tenant}. It is not shown again.`);
  } else if (ACTION === 'list') {
    const { tokens } = await bus.call(auth.listExtensionTokens, ctx, { app_id });
    const rows = tokens.map(({ token_id, prefix, created_at, last_used_at }) => ({
      token_id,
      prefix,
      created_at: created_at.toISOString(),
      last_used_at: last_used_at?.toISOString(),
    }));
    console.log(
      table(rows, ['token_id', 'prefix', 'created_at', 'last_used_at'], `${app_id} has no extension tokens in the tenant ${tenant}.`),
    );
  } else {
    await bus.call(auth.revokeExtensionToken, ctx, { app_id, token_id });
    console.log(`Revoked ${token_id}.`);
  }
});
