import { billing, type Payout } from '@skep/contracts';
import { type Door, openDoor, person } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { administrator, promote, sell, violations } from './earning.js';

let door: Door;
const COUNT = 40;
const patient = (patience: number) => ({ deadline: Date.now() + patience });
const ada = (more = {}) => person('ada', more);

beforeAll(async () => {
  door = await openDoor('billing');
});
afterAll(() => door?.close());

/** Asks for all of it, kills the process after some answers, starts it again and asks for the rest: as a client with keys does. */
async function throughCrash(
  steps: number[],
  ask: (step: number, patience: number) => Promise<Payout>,
  service: { kill(s: 'SIGKILL'): Promise<void> },
) {
  const answered = new Map<number, Payout>();
  let killed: Promise<void> | undefined;
  await Promise.allSettled(
    steps.map(async (step) => {
      answered.set(step, await ask(step, 1_500));
      if (answered.size === 5) killed = service.kill('SIGKILL');
    }),
  );
  await killed;
  const again = await door.infra.app('billing');
  const [crashed] = [answered.size];
  for (const step of steps) {
    const payout = await ask(step, 20_000);
    if (answered.has(step)) expect(payout).toEqual(answered.get(step));
    answered.set(step, payout);
  }
  expect(await violations(door)).toEqual([]);
  return { service: again, payouts: steps.map((step) => answered.get(step)!), unanswered: steps.length - crashed };
}

it('asks for, approves and pays each payout once, though the process is killed within', async () => {
  const first = await door.infra.app('billing');
  await promote(door, ada());
  await sell(door, ada(), { base: COUNT * 10_000 + 5_000, split: 100 });
  const steps = [...Array(COUNT).keys()];

  const requested = await throughCrash(
    steps,
    (n, patience) =>
      door.call(billing.requestPayout, ada({ ...patient(patience), idempotencyKey: `payday ${n}` }), {
        amount_tokens: 10_000,
        payout_method: 'x',
      }),
    first,
  );
  expect(new Set(requested.payouts.map(({ id }) => id)).size).toBe(COUNT);
  const approved = await throughCrash(
    steps,
    (n, patience) => door.call(billing.approvePayout, administrator(patient(patience)), { payout_id: requested.payouts[n]!.id, note: '' }),
    requested.service,
  );
  const paid = await throughCrash(
    steps,
    (n, patience) =>
      door.call(billing.payPayout, administrator(patient(patience)), {
        ...{ payout_id: requested.payouts[n]!.id, note: '', method: 'bank', reference: `TRF-${n}` },
      }),
    approved.service,
  );
  expect(requested.unanswered + approved.unanswered + paid.unanswered).toBeGreaterThan(0);
  expect(await door.call(billing.sumEarnings, ada(patient(20_000)), {})).toMatchObject({
    paid_out: COUNT * 10_000,
    reserved: 0,
    available: 5_000,
  });
  const told = await door.query(`select count(*)::int as n from outbox where subject = 'event.billing.payoutMoved'`);
  expect(told).toEqual([{ n: 3 * COUNT }]);
}, 120_000);
