import { billing } from '@skep/contracts/billing';
import { kernel } from '@skep/contracts/kernel';
import { type AppProcess, languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { ada, fn, type KernelHarness, startKernelProcesses } from './kernel.js';

let model: LanguageModel;
let harness: KernelHarness;
let kernels: AppProcess[] = [];
const event = (action: string) => ({ tenant_id: 'default', scope: 'frozen', action, id: '', actor: '', user_id: '' });
const create = (id: string) => ({ id, op: 'store.create', args: { kind: 'link', data: {} } });

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernelProcesses();
  await harness.infra.startApp('billing');
  await startModels(harness, model);
  await harness.publishApp('links', [fn('think', [create('s1'), { id: 'a1', op: 'ai.complete', args: { prompt: 'Hm?' } }, create('s2')])]);
});
afterEach(async () => {
  await Promise.all(kernels.map(({ kill }) => kill('SIGKILL')));
  kernels = [];
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

async function boot(): Promise<AppProcess> {
  const app = await harness.infra.startApp('kernel');
  kernels.push(app);
  return app;
}

it('a kernel that was frozen while another one continued its call adds nothing after it resumes', async () => {
  const frozen = await boot();
  model.mood = 'silent';
  const who = (timeoutMs: number) => ada({ idempotencyKey: 'frozen', deadline: Date.now() + timeoutMs });
  const first = harness.run('links', 'think', {}, who(60_000)).catch((error: unknown) => error);
  await waitUntil('the model to be asked', () => model.asked.length === 1);
  process.kill(frozen.pid, 'SIGSTOP');
  await boot();
  model.mood = 'answer';
  const result = await waitUntil('the other kernel to finish the call', () => harness.run('links', 'think', {}, who(8_000)), 60_000);
  expect(result).toMatchObject({ status: 'success' });
  process.kill(frozen.pid, 'SIGCONT');
  for (const answer of model.unanswered()) answer();
  await frozen.kill('SIGTERM');
  await first;
  expect((await harness.query('select status from action')).map(({ status }) => status)).toEqual(['success']);
  expect(await harness.query('select from document')).toHaveLength(2);
  expect(await waitUntil('the answer', () => harness.run('links', 'think', {}, who(8_000)))).toEqual(result);
  const charged = async () => (await harness.call(billing.getBalance, ada(), {})).balance;
  await waitUntil('the charge', async () => (await charged()) === 250);
  expect(await harness.infra.query('billing', `select from hold where status = 'held'`)).toEqual([]);
});

it('a kernel that was frozen does nothing for callers that have stopped waiting', async () => {
  const frozen = await boot();
  const publish = (action: string, timeoutMs: number) =>
    harness.call(kernel.publishEvent, ada({ deadline: Date.now() + timeoutMs }), event(action));
  await publish('before', 10_000);
  process.kill(frozen.pid, 'SIGSTOP');
  const late = await Promise.allSettled(Array.from({ length: 10 }, () => publish('late', 500)));
  expect(late.filter(({ status }) => status === 'fulfilled')).toEqual([]);
  process.kill(frozen.pid, 'SIGCONT');
  await publish('after', 10_000);
  const types = (await harness.query(`select type from feed_event where payload ->> 'scope' = 'frozen' order by id`)).map(
    ({ type }) => type,
  );
  expect(types).toEqual(['frozen.before', 'frozen.after']);
});

it.each([
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
])(
  'a caller whose clock is %s gets an answer, and keeps its deadline',
  async (_, ahead) => {
    await boot();
    const now = Date.now;
    Date.now = () => now() + ahead;
    try {
      const asked = { ...ada({ deadline: Date.now() + 10_000 }) };
      expect(await harness.call(kernel.publishEvent, asked, event('clocks'))).toMatchObject({ status: 'published' });
      model.mood = 'silent';
      const result = harness.run('links', 'think', {}, ada({ deadline: Date.now() + 2_000 }));
      expect(await result).toMatchObject({ status: 'error', error_code: 'BACKEND_TIMEOUT' });
    } finally {
      Date.now = now;
    }
  },
  60_000,
);
