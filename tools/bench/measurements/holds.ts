import { billing } from '@skep/contracts/billing';
import { type Call, loadOf, openBus } from '../bus.ts';
import { contest, type Contestant, type Result } from '../contest.ts';
import { assertLedger, connected } from '../database.ts';
import { hasPgbench, ownClients, pgbench, type Query } from '../pgbench.ts';
import type { Measurement } from '../measurement.ts';

const WALLETS = 1000;
const AT_ONCE = 64;
/** A second row: with longer lists each item costs less. */
const MANY_AT_ONCE = 256;
/** The user whose wallet all clients charge; the others are 1 to WALLETS. */
const HOT = WALLETS + 1;
const TERMS = { app_id: 'notes', function: 'save', base_price: 10, platform_fee: 0, developer_id: 'imp_u_dev', split: 70, ttl_s: 900 };
const PLACE = 'select hold_id from place_holds($1, true)';
const END = 'select outcome from end_holds($1, true)';

export const description = 'credits held and captured over the bus, compared with pgbench calling the same two SQL functions one at a time';

export const run: Measurement['run'] = async (skep, options) => {
  const { url, ownerUrl } = skep.databases.billing;
  await openWallets(ownerUrl);
  const call = await openBus(skep);
  const { billing: service, nats, postgres } = skep.pids;
  const byHand = (await hasPgbench()) ? 'pgbench' : 'pg';
  const drivers: { close(): Promise<unknown> }[] = [];
  const contestants: Contestant[] = [];
  // The round at half of the peak is measured without the work that the peak has left, and without the creation of new log files.
  const settle = async () => {
    await connected(ownerUrl, (client) => client.query('vacuum analyze'));
    await connected(skep.postgresUrl, (client) => client.query('checkpoint'));
  };
  const any = () => 1 + Math.floor(Math.random() * WALLETS);
  const skepWith = (where: string, wallet: () => number, atOnce = AT_ONCE): Contestant => ({
    name: `skep, ${where}`,
    driver: loadOf(() => charge(call, wallet()), atOnce),
    settle,
    pids: { billing: service, nats, postgres },
  });
  for (const [where, wallet] of [
    ['1,000 wallets', any],
    ['one wallet', () => HOT],
  ] as const) {
    const driver =
      byHand === 'pgbench' ? pgbench(url, script(wallet() === HOT)) : ownClients(url, (query) => holdAndCapture(query, wallet()));
    drivers.push(driver);
    contestants.push(skepWith(where, wallet), { name: `${byHand}, ${where}`, driver, pids: { postgres } });
  }
  contestants.push(skepWith(`1,000 wallets, ${MANY_AT_ONCE} at once`, any, MANY_AT_ONCE));
  try {
    const results = await contest('holds', contestants, { ...options, halfPeak: true });
    await connected(ownerUrl, assertLedger);
    const title = `placeHold, then captureHold (two requests over the bus count as one), ${AT_ONCE} at once; ${byHand} with 16 clients`;
    return { title, results, targets: targets(results, byHand) };
  } finally {
    await Promise.all(drivers.map((driver) => driver.close()));
  }
};

type Results = Record<string, Result>;

const targets = (results: Results, byHand: string) => [
  { name: `skep / ${byHand}, 1,000 wallets`, value: ratio(results, byHand, '1,000 wallets'), atLeast: 1 },
  { name: `skep / ${byHand}, one wallet`, value: ratio(results, byHand, 'one wallet'), atLeast: 3 },
  {
    name: 'skep, 1,000 wallets, p99 at half of its peak, ms',
    value: results['skep, 1,000 wallets']?.p99HalfPeak?.spread ?? Number.NaN,
    atMost: 25,
  },
];
const ratio = (results: Results, byHand: string, where: string) => rps(results, `skep, ${where}`) / rps(results, `${byHand}, ${where}`);
const rps = (results: Results, name: string) => results[name]?.rps ?? Number.NaN;

let keys = 0;
const nextKey = () => `bench ${process.pid} ${keys++}`;
const user = (wallet: number) => `imp_u_${wallet}`;

async function charge(call: Call, wallet: number): Promise<void> {
  const caller = { tenant: 'bench', user: user(wallet), actor: 'service:kernel' };
  const { hold_id } = await call(billing.placeHold, caller, { key: nextKey(), ...TERMS });
  await call(billing.captureHold, caller, { hold_id });
}

async function holdAndCapture(query: Query, wallet: number): Promise<void> {
  const who = { tenant_id: 'bench', user_id: user(wallet) };
  const { hold_id } = await query('place', PLACE, [JSON.stringify([{ ...who, key: nextKey(), ...TERMS }])]);
  await query('end', END, [JSON.stringify([{ ...who, hold_id }])]);
}

/** The same in pgbench's language, which only has numbers and text. */
function script(hot: boolean): string {
  const list = (rest: string) => `format('[{"tenant_id":"bench","user_id":"imp_u_%s",${rest}}]', :wallet::text`;
  const terms = JSON.stringify({ key: 'pgbench %s', ...TERMS }).slice(1, -1);
  return [
    hot ? `\\set wallet ${HOT}` : `\\set wallet random(1, ${WALLETS})`,
    '\\set key random(1, 1000000000000000)',
    `${PLACE.replace('$1', `${list(terms)}, :key::text)::jsonb`)} \\gset`,
    `${END.replace('$1', `${list('"hold_id":"%s"')}, :hold_id::text)::jsonb`)};`,
  ].join('\n');
}

async function openWallets(ownerUrl: string): Promise<void> {
  await connected(ownerUrl, async (client) => {
    await client.query(`select open_wallet('bench', 'imp_u_' || n) from generate_series(1, ${HOT}) n`);
    await client.query(`
      select post_transaction('bench', 'grant', 'bench:' || user_id, null, null,
                              array[account_id, account_of('bench', 'promotions')], array[1000000000000, -1000000000000]::bigint[])
        from wallet where tenant_id = 'bench'`);
    await client.query('analyze');
  });
}
