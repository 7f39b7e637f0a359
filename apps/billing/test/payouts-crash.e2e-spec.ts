import { billing, type Payout } from '@skep/contracts/billing';
import { type ServiceHarness, startService, asUser } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { administrator, promote, sell, violations } from './earnings-harness.js';

let harness: ServiceHarness;
const COUNT = 40;
const patient = (timeoutMs: number) => ({ deadline: Date.now() + timeoutMs });
const ada = (more = {}) => asUser('ada', more);

beforeAll(async () => {
  harness = await startService('billing');
});
afterAll(() => harness?.close());

/** Sends all requests, kills the process after some responses, restarts it and repeats the rest, like a client with idempotency keys. */
async function throughCrash(
  steps: number[],
  ask: (step: number, timeoutMs: number) => Promise<Payout>,
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
  const again = await harness.infra.startApp('billing');
  const [crashed] = [answered.size];
  for (const step of steps) {
    const payout = await ask(step, 20_000);
    if (answered.has(step)) expect(payout).toEqual(answered.get(step));
    answered.set(step, payout);
  }
  expect(await violations(harness)).toEqual([]);
  return { service: again, payouts: steps.map((step) => answered.get(step)!), unanswered: steps.length - crashed };
}

it('requests, approves and pays each payout once if the process is killed in between', async () => {
  const first = await harness.infra.startApp('billing');
  await promote(harness, ada());
  await sell(harness, ada(), { base: COUNT * 10_000 + 5_000, split: 100 });
  const steps = [...Array(COUNT).keys()];

  const requested = await throughCrash(
    steps,
    (n, timeoutMs) =>
      harness.call(billing.requestPayout, ada({ ...patient(timeoutMs), idempotencyKey: `payday ${n}` }), {
        amount_tokens: 10_000,
        payout_method: 'x',
      }),
    first,
  );
  expect(new Set(requested.payouts.map(({ id }) => id)).size).toBe(COUNT);
  const approved = await throughCrash(
    steps,
    (n, timeoutMs) =>
      harness.call(billing.approvePayout, administrator(patient(timeoutMs)), { payout_id: requested.payouts[n]!.id, note: '' }),
    requested.service,
  );
  const paid = await throughCrash(
    steps,
    (n, timeoutMs) =>
      harness.call(billing.payPayout, administrator(patient(timeoutMs)), {
        ...{ payout_id: requested.payouts[n]!.id, note: '', method: 'bank', reference: `TRF-${n}` },
      }),
    approved.service,
  );
  expect(requested.unanswered + approved.unanswered + paid.unanswered).toBeGreaterThan(0);
  expect(await harness.call(billing.getDeveloperEarnings, ada(patient(20_000)), {})).toMatchObject({
    paid_out: COUNT * 10_000,
    reserved: 0,
    available: 5_000,
  });
  const events = await harness.query(`select count(*)::int as n from outbox where subject = 'event.billing.payoutStatusChanged'`);
  expect(events).toEqual([{ n: 3 * COUNT }]);
});
