import type { Request } from 'autocannon';
import { contest } from '../contest.ts';
import { connected } from '../database.ts';
import { Fault } from '../../setup/fault.mjs';
import type { Measurement } from '../measurement.ts';

const path = '/v1/billing/topup/confirm';
const USERS = 1000;
/** More than any machine confirms in a second. */
const A_SECOND = 10_000;

export const description = 'a ledger write: a paid top-up is credited (double entry, balance, event in the outbox), over 1,000 wallets';

export const run: Measurement['run'] = async (skep, { seconds, rounds }) => {
  const ids = await payments(skep.databases.billing.ownerUrl, A_SECOND * seconds * (rounds + 1));
  const request = {
    method: 'POST' as const,
    path,
    headers: { 'content-type': 'application/json', 'x-service-token': skep.secrets.SKEP_SERVICE_TOKEN },
    setupRequest: (each: Request): Request => ({ ...each, body: JSON.stringify({ payment_intent_id: ids() }) }),
  };
  const results = await contest('topup', [{ name: 'skep', url: skep.url, requests: [request], pids: skep.pids }], {
    seconds,
    rounds,
  });
  return { title: `POST ${path}, 64 connections`, results, targets: [] };
};

/** Creates pending payments, spread over the wallets; returns a function that returns the next one's id. */
async function payments(databaseUrl: string, count: number): Promise<() => string> {
  await connected(databaseUrl, async (client) => {
    await client.query(`select open_wallet('bench', 'imp_u_' || n) from generate_series(1, ${USERS}) n`);
    await client.query(`
      insert into payment (id, provider, tenant_id, user_id, tokens, price_cents)
      select 'pi_bench_' || n, 'sandbox', 'bench', 'imp_u_' || (n % ${USERS} + 1), 1000, 100 from generate_series(1, ${count}) n`);
    await client.query('analyze');
  });
  let last = 0;
  return () => {
    if (last === count) throw new Fault(`This machine confirms more than ${A_SECOND} top-ups a second: raise A_SECOND in topup.ts.`);
    return `pi_bench_${++last}`;
  };
}
