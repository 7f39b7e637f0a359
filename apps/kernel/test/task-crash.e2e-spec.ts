import { billing } from '@skep/contracts/billing';
import type { Ctx } from '@skep/platform';
import { type AppProcess, languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type KernelHarness, startKernelProcesses } from './kernel.js';
import { endOf, person, publishThinker, start } from './tasks.js';

let model: LanguageModel;
let harness: KernelHarness;
const PRICE = 7;
/** What a new user has: the free plan. */
const GRANT = 500;
const TASKS = 6;

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernelProcesses(['registry', 'auth-gateway', 'billing']);
  await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
  await publishThinker(harness, PRICE);
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

const startKernel = (): Promise<AppProcess> => harness.infra.startApp('kernel', { SKEP_RUN_LEASE_MS: '1000' });
const count = async (sql: string, who: Ctx) => (await harness.query(sql, [who.user])).length;

it('tasks of a kernel that is killed in their middle end once each: no effect twice, and each charged once', async () => {
  const who = await person(harness);
  model.mood = 'silent';
  const first = await startKernel();
  const ids = await Promise.all(Array.from({ length: TASKS }, (_, n) => start(harness, who, `${n}`)));
  // Each running task has made its first note, and waits for the language model.
  await waitUntil('the questions', () => model.asked.length === 3);
  await first.kill('SIGKILL');
  model.unanswered();
  const second = await startKernel();
  await waitUntil('the questions again', () => model.asked.length === 6, 30_000);
  await second.kill('SIGKILL');
  model.mood = 'answer';
  await startKernel();
  for (const id of ids) expect(await endOf(harness, who, id)).toMatchObject({ status: 'completed', result: { status: 'success' } });
  expect(await count('select from document where user_id = $1', who)).toBe(2 * TASKS);
  expect(await count(`select from action where user_id = $1 and tool_name = 'think'`, who)).toBe(TASKS);
  const ended = `select from feed_event where user_id = $1 and type = 'task_update' and payload ->> 'status' = 'completed'`;
  expect(await count(ended, who)).toBe(TASKS);
  const balance = async () => (await harness.call(billing.getBalance, { ...who, scopes: ['billing:read'] }, {})).balance;
  await waitUntil('every charge', async () => (await balance()) === GRANT - TASKS * PRICE);
  await waitUntil(
    'every hold to end',
    async () => (await harness.infra.query('billing', `select from hold where status = 'held'`)).length === 0,
  );
  expect(await balance()).toBe(GRANT - TASKS * PRICE);
  expect(await harness.infra.query('billing', 'select * from check_ledger()')).toEqual([]);
});
