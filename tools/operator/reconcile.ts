// Run by tools/skep/billing.ts, with FROM and TO in its environment.
import { billing, type ReconciliationPage } from '@skep/contracts/billing';
import { asOperator } from './bus.ts';

const PAGE_MS = 30_000;
const { FROM = '', TO = '' } = process.env;
await asOperator('reconcile', async (bus, ctx) => {
  let found = 0;
  for (const side of ['actions', 'charges']) {
    let checked = 0;
    for (let after: string | null = ''; after !== null;) {
      const input = { from: new Date(FROM), to: new Date(TO), side, after, limit: 500 };
      const page: ReconciliationPage = await bus.call(billing.reconcile, { ...ctx, deadline: Date.now() + PAGE_MS }, input);
      for (const { kind, trace_id, action_id, tenant_id, user_id, detail } of page.discrepancies)
        console.log(`${kind}  ${tenant_id}/${user_id}  action ${action_id ?? '-'}  trace ${trace_id ?? '-'}  ${detail}`);
      found += page.discrepancies.length;
      checked += page.checked;
      after = page.next;
    }
    console.log(`Compared ${checked} ${side} from ${FROM} to ${TO}.`);
  }
  console.log(found ? `${found} differences.` : 'No differences.');
  process.exitCode = found ? 1 : 0;
});
