import { billing } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lock } from './lock.js';

let harness: ServiceHarness;
const PRICE = 10;
const ctx = (name: string, timeoutMs = 4_000) => asUser(name, { deadline: Date.now() + timeoutMs });
const users = ['0', '1', '2', '3'];

beforeAll(async () => {
  harness = await startService('billing');
});
afterAll(() => harness?.close());

/** Charges a call like the kernel: one key per call, retried until it succeeds. */
async function pay(user: string, key: string, timeoutMs: number): Promise<void> {
  const terms = { app_id: 'notes', function: 'save', base_price: PRICE, platform_fee: 0, developer_id: 'imp_u_dev', split: 70, ttl_s: 900 };
  const { hold_id } = await harness.call(billing.placeHold, ctx(user, timeoutMs), { key, ...terms });
  await harness.call(billing.captureHold, ctx(user, timeoutMs), { hold_id });
}

it('charges each call once and loses no acknowledged charge if the process is killed between and during charges', async () => {
  let service = await harness.infra.startApp('billing');
  for (const user of users) await harness.call(billing.getBalance, ctx(user), {});
  const calls = users.flatMap((user) => [...Array(25).keys()].map((n) => ({ user, key: `call ${n}` })));
  for (const [round, acknowledgements] of [3, 20].entries()) {
    const mine = calls.filter((_, place) => place % 2 === round);
    const done: string[] = [];
    let killed: Promise<void> | undefined;
    // The lock ensures that charges are in progress when the process is killed; Postgres completes them afterwards.
    const unlock = await lock(harness, `select from wallet where user_id = 'imp_u_0' for update`);
    await Promise.allSettled(
      mine.map(async ({ user, key }) => {
        await pay(user, key, 1_000);
        done.push(`imp_u_${user} ${key}`);
        if (done.length === acknowledgements) killed = service.kill('SIGKILL');
      }),
    );
    await killed;
    expect(done.length).toBeLessThan(mine.length);
    await unlock();
    const captured = await harness.query(`select user_id || ' ' || idempotency_key as id from hold where status = 'captured'`);
    expect(captured.map(({ id }) => id)).toEqual(expect.arrayContaining(done));
    service = await harness.infra.startApp('billing');
    await Promise.all(mine.map(({ user, key }) => pay(user, key, 4_000)));
    expect(await harness.query('select * from check_ledger()')).toEqual([]);
  }
  for (const user of users) expect((await harness.call(billing.getBalance, ctx(user), {})).balance).toBe(500 - 25 * PRICE);
});
