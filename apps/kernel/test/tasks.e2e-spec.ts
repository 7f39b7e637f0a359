import { auth } from '@skep/contracts/auth';
import { kernel } from '@skep/contracts/kernel';
import { asService, asUser, languageModel, type LanguageModel, startModels, waitUntil } from '@skep/testkit';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { Ctx } from '@skep/platform';
import { type KernelHarness, startKernel } from './kernel.js';
import { endOf, person, publishThinker, start, taskOf } from './tasks.js';

let model: LanguageModel;
let harness: KernelHarness;
const LIMIT = 3;

beforeAll(async () => {
  model = await languageModel();
  harness = await startKernel({ beside: ['registry', 'auth-gateway', 'automation'] });
  await startModels(harness, model, { SKEP_LLM_TIER: 'free' });
  await publishThinker(harness);
});
afterEach(() => {
  model.mood = 'answer';
  for (const answer of model.unanswered()) answer();
});
afterAll(async () => {
  await harness?.close();
  await model?.close();
});

const updates = async (task_id: string) =>
  (
    await harness.query(`select payload from feed_event where type = 'task_update' and payload ->> 'task_id' = $1 order by id`, [task_id])
  ).map(({ payload }) => (payload as { status: string }).status);
const active = async (who: Ctx) => (await harness.call(kernel.listActiveTasks, who, {})).tasks.map(({ task_id }) => task_id);
const cancel = (who: Ctx, task_id: string) => harness.call(kernel.cancelTask, who, { task_id });
const notes = async ({ user }: Ctx) => (await harness.query('select from document where user_id = $1', [user])).length;
const asked = (n: number) => waitUntil(`${n} questions`, () => model.asked.length >= n);

it.each(['think', 'study'])(
  'a call of the marked function %s becomes a task, which ends with its result and announces each change',
  async (name) => {
    const who = await person(harness);
    const called = await harness.run('thinker', name, { prompt: 'Hello' }, who);
    expect(called).toMatchObject({
      status: 'success',
      task_id: expect.stringMatching(/^task_[0-9a-f]{32}$/),
      data: { task_id: called.task_id, status: 'queued' },
    });
    const task = await endOf(harness, who, called.task_id!);
    expect(task).toMatchObject({
      status: 'completed',
      app_id: 'thinker',
      function: name,
      user_id: who.user,
      result: { status: 'success', error: null },
    });
    expect(JSON.stringify(task.result)).toContain('You said');
    expect(await updates(task.task_id)).toEqual(['queued', 'running', 'completed']);
    expect(await active(who)).toEqual([]);
  },
);

it('a function without a mark runs at once, and a marked one with invalid params is refused at once', async () => {
  const who = await person(harness);
  expect(await harness.run('thinker', 'save', {}, who)).not.toHaveProperty('task_id');
  expect(await harness.run('thinker', 'think', {}, who)).toMatchObject({ status: 'error', error_code: 'VALIDATION_MISSING_FIELD' });
  expect(await harness.query('select from task where user_id = $1', [who.user])).toEqual([]);
});

it('the calls of a batch become tasks, and a repeat under an Idempotency-Key answers the same tasks', async () => {
  const who = { ...(await person(harness)), idempotencyKey: 'once' };
  const calls = ['a', 'b'].map((prompt) => ({ function: 'think', params: { prompt } }));
  const batch = () => harness.call(kernel.callFunctions, who, { app_id: 'thinker', user_id: who.user, tenant_id: 'default', calls });
  const first = await batch();
  expect(await batch()).toEqual(first);
  for (const { task_id } of first) await endOf(harness, who, task_id!);
  expect(await harness.query('select from task where user_id = $1', [who.user])).toHaveLength(2);
});

it('a task of another user, or of a user of another tenant with the same id, is not found, and cannot be cancelled', async () => {
  const [who, other] = [await person(harness), await person(harness)];
  model.mood = 'silent';
  const id = await start(harness, who);
  for (const stranger of [other, { ...who, tenant: 'elsewhere' }]) {
    await expect(taskOf(harness, stranger, id)).rejects.toMatchObject({ body: { code: 'not_found' } });
    await expect(cancel(stranger, id)).rejects.toMatchObject({ body: { code: 'not_found' } });
    expect(await active(stranger)).toEqual([]);
  }
  expect(await active(who)).toEqual([id]);
  await expect(harness.call(kernel.listActiveTasks, other, { user_id: who.user })).rejects.toMatchObject({ body: { code: 'forbidden' } });
  await expect(taskOf(harness, who, 'task_none')).rejects.toMatchObject({ body: { code: 'not_found' } });
  await expect(taskOf(harness, who, '')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  await cancel(who, id);
});

it('a cancelled task is interrupted while the language model answers, never gets a result, and makes room for the next one', async () => {
  const who = await person(harness);
  model.mood = 'silent';
  const before = model.asked.length;
  const ids = [];
  for (let n = 0; n < LIMIT + 1; n++) ids.push(await start(harness, who));
  await asked(before + LIMIT);
  expect(await cancel(who, ids[0]!)).toMatchObject({ status: 'cancelled', result: null });
  expect(await cancel(who, ids[0]!)).toMatchObject({ status: 'cancelled' });
  await asked(before + LIMIT + 1);
  expect(await active(who)).toEqual(ids.slice(1));
  model.mood = 'answer';
  for (const answer of model.unanswered()) answer();
  for (const id of ids.slice(1)) expect(await endOf(harness, who, id)).toMatchObject({ status: 'completed' });
  expect(await taskOf(harness, who, ids[0]!)).toMatchObject({ status: 'cancelled', result: null });
  expect(await updates(ids[0]!)).toEqual(['queued', 'running', 'cancelled']);
  const actions = await harness.query(`select status, error from action where user_id = $1 and status <> 'success'`, [who.user]);
  expect(actions).toEqual([{ status: 'cancelled', error: 'cancelled' }]);
  expect(await notes(who)).toBe(1 + 2 * LIMIT);
});

it('a task that waits can be cancelled, and never runs', async () => {
  const who = await person(harness);
  model.mood = 'silent';
  const before = model.asked.length;
  const ids = await Promise.all(Array.from({ length: LIMIT }, () => start(harness, who)));
  await asked(before + LIMIT);
  const waiting = await start(harness, who);
  expect(await cancel(who, waiting)).toMatchObject({ status: 'cancelled' });
  model.mood = 'answer';
  for (const answer of model.unanswered()) answer();
  for (const id of ids) await endOf(harness, who, id);
  expect(await updates(waiting)).toEqual(['queued', 'cancelled']);
  expect(model.asked).toHaveLength(before + LIMIT);
});

it('no more tasks run at once than the role of the user allows, however many start together', async () => {
  const who = await person(harness);
  const service = asService('portal');
  const limit = () => harness.call(kernel.checkTaskLimit, service, { user_id: who.user, tenant_id: 'default' });
  expect(await limit()).toEqual({ user_id: who.user, allowed: true, limit: LIMIT, running: 0, queued: 0 });
  model.mood = 'silent';
  const before = model.asked.length;
  const ids = await Promise.all(Array.from({ length: 8 }, () => start(harness, who)));
  await asked(before + LIMIT);
  await waitUntil('the places', async () => (await limit()).running === LIMIT);
  expect(await limit()).toEqual({ user_id: who.user, allowed: false, limit: LIMIT, running: LIMIT, queued: 5 });
  expect(model.asked).toHaveLength(before + LIMIT);
  const { processes, total } = await harness.call(kernel.listProcesses, service, { user_id: who.user, tenant_id: 'default' });
  expect([processes.map(({ task_id }) => task_id).sort(), total]).toEqual([[...ids].sort(), 8]);
  model.mood = 'answer';
  for (const answer of model.unanswered()) answer();
  for (const id of ids) expect(await endOf(harness, who, id)).toMatchObject({ status: 'completed' });
});

it('a user whose role allows no tasks is refused, and so is one who has too many waiting', async () => {
  const root = asUser('root', { role: 'admin', scopes: ['*'] });
  await harness.call(auth.createRole, root, {
    ...{ name: 'idle', display_name: '', default_scopes: ['extensions:call'], default_attributes: {}, default_extensions: [] },
    ...{ confirmation_policy: 'default_off', max_concurrent_tasks: 0, monthly_action_limit: 1, context_window: 1 },
  });
  const idle = await person(harness, { role: 'idle' });
  await expect(start(harness, idle)).rejects.toMatchObject({ body: { code: 'too_many_requests' } });
  const busy = await person(harness);
  await harness.query(
    `insert into task (id, tenant_id, user_id, app_id, function) select 'task_' || $1 || n, 'default', $1, 'thinker', 'think' from generate_series(1, 100) n`,
    [busy.user],
  );
  await expect(start(harness, busy)).rejects.toMatchObject({ body: { code: 'too_many_requests' } });
});

it('a task of a user who was deactivated meanwhile fails, and says why', async () => {
  const who = await person(harness);
  model.mood = 'silent';
  const before = model.asked.length;
  const ids = await Promise.all(Array.from({ length: LIMIT }, () => start(harness, who)));
  await asked(before + LIMIT);
  const last = await start(harness, who);
  await harness.infra.query('auth-gateway', 'update account set is_active = false where id = $1', [who.user]);
  model.mood = 'answer';
  for (const answer of model.unanswered()) answer();
  for (const id of ids) await endOf(harness, who, id);
  expect(await endOf(harness, who, last)).toMatchObject({ status: 'failed', result: { status: 'error', error_code: 'USER_NOT_FOUND' } });
  expect(await updates(last)).toEqual(['queued', 'running', 'failed']);
});

it('a function that fails ends its task with its error; an unknown user has no limit', async () => {
  const who = await person(harness);
  model.mood = 400;
  expect(await endOf(harness, who, await start(harness, who))).toMatchObject({
    status: 'failed',
    result: { status: 'error', error_code: 'VALIDATION_TYPE_ERROR' },
  });
  const unknown = harness.call(kernel.checkTaskLimit, asService('portal'), { user_id: 'imp_u_none', tenant_id: 'default' });
  await expect(unknown).rejects.toMatchObject({ body: { code: 'user_not_found' } });
});

it('a task has only the scopes of its caller that the user still holds', async () => {
  const who = await person(harness);
  const peek = async (scopes: string[]) => (await endOf(harness, who, await start(harness, { ...who, scopes }, 'x', 'peek'))).result;
  expect(await peek(['extensions:call', 'automations:read'])).toMatchObject({ status: 'success', error: null });
  expect(await peek(['extensions:call'])).toMatchObject({ status: 'error', error_code: 'PERMISSION_DENIED' });
  await harness.infra.query('auth-gateway', `update account set role_scopes = '{extensions:call}' where id = $1`, [who.user]);
  expect(await peek(['extensions:call', 'automations:read'])).toMatchObject({ status: 'error', error_code: 'PERMISSION_DENIED' });
});
