import { billing } from '@skep/contracts';
import { person, until } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openStripeDoor, type StripeDoor } from './stripe-door.js';

let door: StripeDoor;
const order = { tokens: 20_000, price_cents: 2_000, save_payment_method: false };
const patient = (name: string) => person(name, { deadline: Date.now() + 10_000 });
const app = () => door.infra.app('billing', door.env);
const credited = (name: string, balance: number) =>
  until(`the credits of ${name}`, async () => (await door.balance(patient(name))) === balance, 15_000);
const taken = (name: string) =>
  [...door.stripe.intents.values()].filter(({ metadata, status }) => metadata['user_id'] === `imp_u_${name}` && status === 'succeeded');

beforeAll(async () => {
  door = await openStripeDoor({ running: false });
});
afterAll(() => door?.close());

it('charges a card once and credits it once though the process is killed between Stripe’s yes and its own', async () => {
  let running = await app();
  const people = ['ada', 'bob', 'eve', 'fay'];
  for (const name of people) {
    await door.card(patient(name));
    await door.call(billing.updateAutoTopup, patient(name), {
      enabled: true,
      threshold_pct: 10,
      recharge_tokens: 1_000,
      payment_method_id: '',
    });
  }
  door.stripe.moodOf.set('POST /v1/payment_intents', 'silent');
  await Promise.all(people.map((name) => door.spend(patient(name), 450)));
  await until('the charges', () => people.every((name) => taken(name).length > 0), 15_000);
  await running.kill('SIGKILL');
  door.stripe.moodOf.clear();

  running = await app();
  // Of one Stripe tells; the others are asked for again with the same key, as the next try does by itself after half a minute.
  await door.tellPaid(taken('ada')[0]!.id);
  await credited('ada', 1_050);
  await door.query(`update recharge set due_at = now() where status = 'due'`);
  for (const name of people) await credited(name, 1_050);
  for (const name of people) expect(taken(name)).toHaveLength(1);
  expect(await door.query(`select status, count(*) as n from recharge group by 1`)).toEqual([{ status: 'done', n: people.length }]);
  await running.kill('SIGKILL');
}, 60_000);

it('credits a payment that was made though the process died, nobody confirmed it, and every message was lost', async () => {
  const running = await app();
  const { payment_intent_id } = await door.call(billing.startTopup, patient('shy'), order);
  const { payment_intent_id: unpaid } = await door.call(billing.startTopup, patient('idle'), order);
  door.stripe.pay(payment_intent_id);
  await running.kill('SIGKILL');
  await door.query(`update payment set created_at = created_at - interval '2 minutes', checked_at = checked_at - interval '2 minutes'`);
  const asked = door.stripe.heard.length;

  await app();
  await credited('shy', 20_500);
  await until('the question', () => door.stripe.heard.slice(asked).includes(`GET /v1/payment_intents/${unpaid}`), 15_000);
  expect(await door.balance(patient('idle'))).toBe(500);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(door.stripe.heard.slice(asked).filter((request) => request.endsWith(unpaid))).toHaveLength(1);
  expect(await door.query('select * from check_ledger()')).toEqual([]);
}, 60_000);
