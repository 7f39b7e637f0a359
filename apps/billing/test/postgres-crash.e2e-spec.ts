import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { start } from '../src/main.js';

interface Server {
  url: string;
  pid: number;
  port: number;
  stop(): Promise<unknown>;
}
type StartPostgres = (cluster: { dir: string; log: string; password: string; port?: number; settings: object }) => Promise<Server>;

const PRICE = 10;
const users = ['0', '1', '2', '3'];
let folder: string;
let postgres: Server | undefined;
let harness: ServiceHarness;

/** A separate Postgres, because this test kills it. Without fsync: killing a process loses no written file. */
const boot = async () => {
  const { startPostgres } = (await import(new URL('../../../../tools/start/postgres.ts', import.meta.url).href)) as {
    startPostgres: StartPostgres;
  };
  const files = { dir: join(folder, 'postgres'), log: join(folder, 'postgres.log') };
  postgres = await startPostgres({ ...files, password: 'secret', port: postgres?.port ?? 0, settings: { fsync: 'off' } });
  return postgres;
};
const query = async (sql: string) => {
  const client = new pg.Client({ connectionString: postgres!.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};
const ctx = (user: string, timeoutMs = 4_000) => asUser(user, { deadline: Date.now() + timeoutMs });

/** Charges a call like the kernel: one key per call, retried until it succeeds. */
async function pay(user: string, key: string, timeoutMs = 4_000): Promise<void> {
  const terms = { app_id: 'notes', function: 'save', base_price: PRICE, platform_fee: 0, developer_id: 'imp_u_dev', split: 70, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, ctx(user, timeoutMs), { key, ...terms });
  await harness.call(billing.captureHold, ctx(user, timeoutMs), { hold_id });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'skep-postgres-crash-'));
  const { url } = await boot();
  harness = await startService('billing', start, { env: { DATABASE_URL: url, DATABASE_OWNER_URL: url } });
});
afterAll(async () => {
  await harness?.close();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

it('charges each call once and loses no acknowledged charge if Postgres is killed between and during charges', async () => {
  const calls = users.flatMap((user) => [...Array(40).keys()].map((n) => ({ user, key: `call ${n}` })));
  let unacknowledged = 0;
  for (const [round, acknowledgements] of [3, 30].entries()) {
    const mine = calls.filter((_, place) => place % 2 === round);
    const done: string[] = [];
    await Promise.allSettled(
      mine.map(async ({ user, key }, n) => {
        await waitUntil(`turn ${n}`, () => n < 40 || done.length > 0);
        await pay(user, key, 2_000);
        if (done.push(`imp_u_${user} ${key}`) === acknowledgements) process.kill(postgres!.pid, 'SIGKILL');
      }),
    );
    unacknowledged += mine.length - done.length;
    await waitUntil('Postgres to be back', boot, 30_000);
    const captured = await query(`select user_id || ' ' || idempotency_key as id from hold where status = 'captured'`);
    expect(captured.map(({ id }) => id)).toEqual(expect.arrayContaining(done));
    expect(await query('select * from check_ledger()')).toEqual([]);
    for (const { user, key } of mine) await waitUntil(key, () => pay(user, key).then(() => true), 20_000);
    expect(await query('select * from check_ledger()')).toEqual([]);
  }
  expect(unacknowledged).toBeGreaterThan(0);
  for (const user of users) expect((await harness.call(billing.getBalance, ctx(user), {})).balance).toBe(500 - 40 * PRICE);
});
