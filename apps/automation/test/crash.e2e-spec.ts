import type { Ctx } from '@skep/platform';
import type { AppProcess } from '@skep/testkit';
import { waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AutomationHarness, openAutomationProcesses } from './automation.js';

let harness: AutomationHarness;
let processes: AppProcess[] = [];
const EVENTS = 150;

beforeAll(async () => {
  harness = await openAutomationProcesses();
});
afterAll(() => harness?.close());

async function boot(app: string): Promise<AppProcess> {
  const started = await harness.infra.startApp(app, { SKEP_RUN_LEASE_MS: '1000' });
  processes.push(started);
  return started;
}
const killAll = async () => {
  await Promise.all(processes.map(({ kill }) => kill('SIGKILL')));
  processes = [];
};
/** Publishes an event, once, however often the kernel dies meanwhile. */
async function publish(who: Ctx, text: string): Promise<void> {
  const payload = JSON.stringify({ scope: 'load', action: 'made', id: '', actor: '', data: { text } });
  const sql = `insert into feed_event (tenant_id, user_id, type, payload) values ($1, $2, 'load.made', $3)`;
  await harness.infra.query('kernel', sql, [who.tenant, who.user, payload]);
}

it('each event has its effect once while processes of automation and of the kernel are killed', async () => {
  await boot('kernel');
  await boot('automation');
  const people = [await harness.person(), await harness.person()];
  for (const who of people) await harness.rule(who, 'load.made');
  const load = (async () => {
    for (let n = 0; n < EVENTS; n++) {
      for (const who of people) await publish(who, `${n}`);
      await sleep(20);
    }
  })();
  for (let round = 0; round < 3; round++) {
    await sleep(700);
    await killAll();
    await boot('kernel');
    await Promise.all([boot('automation'), boot('automation')]);
  }
  await load;
  const expected = Array.from({ length: EVENTS }, (_, n) => `${n}`);
  for (const who of people) {
    await waitUntil('every effect', async () => (await harness.notes(who)).length >= EVENTS, 60_000);
    await harness.settle();
    expect((await harness.notes(who)).toSorted((a, b) => Number(a) - Number(b))).toEqual(expected);
    const states = await harness.query('select status, count(*)::int as n from execution where user_id = $1 group by status', [who.user]);
    expect(states).toEqual([{ status: 'completed', n: EVENTS }]);
  }
  await killAll();
});
