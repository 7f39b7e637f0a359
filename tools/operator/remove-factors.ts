// Run by tools/skep/factors.ts, with EMAIL and TENANT in its environment.
import { auth } from '@skep/contracts/auth';
import { asOperator } from './bus.ts';

const { EMAIL = '', TENANT = '' } = process.env;
await asOperator('factors', async (bus, ctx) => {
  const { message } = await bus.call(auth.removeFactors, ctx, { email: EMAIL, tenant_id: TENANT });
  console.log(message);
});
