import { billing } from '@skep/contracts';
import { type Door, openDoor, person } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { lock } from './lock.js';

let door: Door;
const PRICE = 10;
const ctx = (name: string, patience = 4_000) => person(name, { deadline: Date.now() + patience });
const users = ['0', '1', '2', '3'];

beforeAll(async () => {
  door = await openDoor('billing');
});
afterAll(() => door?.close());

/** As the kernel does it: one key a call, repeated until it is answered. */
async function pay(user: string, key: string, patience: number): Promise<void> {
  const terms = { app_id: 'notes', function: 'save', base_price: PRICE, platform_fee: 0, developer_id: 'imp_u_dev', split: 70, ttl_s: 900 };
  const { hold_id } = await door.call(billing.placeHold, ctx(user, patience), { key, ...terms });
  await door.call(billing.captureHold, ctx(user, patience), { hold_id });
}

it('charges each call once, though the process is killed between and within charges, and loses no acknowledged one', async () => {
  let service = await door.infra.app('billing');
  for (const user of users) await door.call(billing.getBalance, ctx(user), {});
  const calls = users.flatMap((user) => [...Array(25).keys()].map((n) => ({ user, key: `call ${n}` })));
  for (const [round, acknowledgements] of [3, 20].entries()) {
    const mine = calls.filter((_, place) => place % 2 === round);
    const done: string[] = [];
    let killed: Promise<void> | undefined;
    // Charges of one wallet are surely under way when the process is killed, and done by Postgres thereafter.
    const unlock = await lock(door, `select from wallet where user_id = 'imp_u_0' for update`);
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
    const captured = await door.query(`select user_id || ' ' || idempotency_key as id from hold where status = 'captured'`);
    expect(captured.map(({ id }) => id)).toEqual(expect.arrayContaining(done));
    service = await door.infra.app('billing');
    await Promise.all(mine.map(({ user, key }) => pay(user, key, 4_000)));
    expect(await door.query('select * from check_ledger()')).toEqual([]);
  }
  for (const user of users) expect((await door.call(billing.getBalance, ctx(user), {})).balance).toBe(500 - 25 * PRICE);
}, 60_000);
