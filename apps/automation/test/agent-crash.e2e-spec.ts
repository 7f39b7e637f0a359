import { automation } from '@skep/contracts/automation';
import { Problem } from '@skep/contracts';
import { type AppProcess, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { agentAutomationsOf } from './agent-automations.js';
import { APP, type AutomationHarness, openAutomationProcesses } from './automation.js';

let harness: AutomationHarness;
let processes: AppProcess[] = [];
const DELIVERIES = 120;
const ROUNDS = 3;

beforeAll(async () => {
  harness = await openAutomationProcesses();
  await harness.infra.startApp('kernel');
});
afterAll(() => harness?.close());

const boot = async () => void processes.push(await harness.infra.startApp('automation', { SKEP_RUN_LEASE_MS: '1000' }));
const killAll = async () => {
  await Promise.all(processes.map(({ kill }) => kill('SIGKILL')));
  processes = [];
};

it('each delivery is one event with one effect, and each slot one row, while processes are killed', async () => {
  await boot();
  const { hook, job, eventRule, deliver } = agentAutomationsOf(harness);
  const who = await harness.person();
  const { slug, id: webhook_id } = await hook(who, { preset: 'github', secret: null, template: '{{ payload.n }}' });
  const note = { app_id: APP, function: 'add_note' };
  const config = { ...note, params: { text: 'effect' } };
  const rule = await eventRule(who, { action: 'execute_tool', action_config: config });
  const { id: job_id } = await job(who, { schedule: { kind: 'every', value: '1s' }, overlap: 'queue', missed: 'all' });

  // As a sender does: it repeats a delivery until there is an answer.
  const send = async (n: number): Promise<string> => {
    for (;;)
      try {
        return (await deliver(slug, { n }, { 'x-github-delivery': `d${n}` })).event_id;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        await sleep(100);
      }
  };
  const load = (async () => {
    const ids: string[] = [];
    for (let n = 0; n < DELIVERIES; n++) {
      ids.push(...(await Promise.all([send(n), send(n)])));
      await sleep(20);
    }
    return new Set(ids);
  })();
  for (let round = 0; round < ROUNDS; round++) {
    await sleep(1_500);
    await killAll();
    await Promise.all([boot(), boot()]);
  }
  const ids = await load;
  await harness.call(automation.updateCronJob, who, { job_id, enabled: false });
  const hasEnded = async () =>
    (await harness.query('select from run where ended_at is null')).length === 0 &&
    (await harness.query(`select from queue_job where ended_at is null`)).length === 0;
  await waitUntil('everything to end', hasEnded, 60_000);

  const kept = await harness.query('select id, delivery_id from webhook_event where webhook_id = $1', [webhook_id]);
  expect(new Set(kept.map(({ id }) => id))).toEqual(ids);
  expect(kept).toHaveLength(DELIVERIES);
  const effects = await harness.query('select status, count(*)::int as n from queue_job where job_id = $1 group by status', [rule.id]);
  // A rule fires 120 times in an hour.
  expect(effects).toEqual([{ status: 'completed', n: DELIVERIES }]);
  expect(await harness.notes(who)).toHaveLength(DELIVERIES);
  const rows = await harness.query('select due_at, status from queue_job where job_id = $1 order by due_at', [job_id]);
  expect(rows.length).toBeGreaterThan(5);
  const times = rows.map(({ due_at }) => (due_at as Date).getTime());
  expect(new Set(times).size).toBe(times.length);
  for (const [index, time] of times.entries()) if (index > 0) expect(time - times[index - 1]!).toBe(1_000);
  await killAll();
});
