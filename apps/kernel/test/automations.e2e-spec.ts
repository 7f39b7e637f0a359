import { kernel } from '@skep/contracts/kernel';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, bob, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;

beforeAll(async () => {
  harness = await startKernel({ beside: [] });
});
afterAll(() => harness?.close());

const rule = (prompt = 'When mail comes, tell me') => ({ prompt, cooldown_seconds: 60, max_per_hour: 10, max_iterations: 0 });
const create = (ctx = ada(), prompt?: string) => harness.call(kernel.createAutomation, ctx, rule(prompt));

it('is created active, listed, paused, resumed and deleted', async () => {
  const made = await create();
  expect(made).toMatchObject({ id: expect.any(Number), status: 'active', user_id: 'imp_u_ada', tenant_id: 'default', max_per_hour: 10 });
  expect(made.created_at).toBeInstanceOf(Date);
  expect(await harness.call(kernel.listAutomations, ada(), {})).toEqual([made]);
  const ref = { rule_id: made.id };
  const paused = await harness.call(kernel.pauseAutomation, ada(), ref);
  expect(paused).toMatchObject({ id: made.id, status: 'paused' });
  expect(await harness.call(kernel.pauseAutomation, ada(), ref)).toEqual(paused);
  expect(await harness.call(kernel.resumeAutomation, ada(), ref)).toMatchObject({ status: 'active' });
  expect(await harness.call(kernel.deleteAutomation, ada(), ref)).toEqual({ id: made.id, status: 'deleted' });
  expect(await harness.call(kernel.listAutomations, ada(), {})).toEqual([]);
});

it('of another user is not found', async () => {
  const { id } = await create();
  for (const stranger of [bob(), ada({ tenant: 'imp_t_other' })]) {
    for (const operation of [kernel.pauseAutomation, kernel.resumeAutomation, kernel.deleteAutomation])
      await expect(harness.call(operation, stranger, { rule_id: id })).rejects.toMatchObject({
        body: { code: 'automation_not_found', status: 404 },
      });
    expect(await harness.call(kernel.listAutomations, stranger, {})).toEqual([]);
  }
});

it('needs a prompt and limits within their range', async () => {
  const wrong = { ...rule(''), cooldown_seconds: -1 };
  await expect(harness.call(kernel.createAutomation, ada(), wrong)).rejects.toMatchObject({
    body: { code: 'invalid_input', detail: [{ loc: ['prompt'] }, { loc: ['cooldown_seconds'] }] },
  });
  await expect(harness.call(kernel.pauseAutomation, ada(), { rule_id: 0 })).rejects.toMatchObject({ body: { code: 'invalid_input' } });
});

it('is one of at most fifty', async () => {
  const cy = () => ada({ user: 'imp_u_cy' });
  for (let i = 0; i < 50; i++) await create(cy(), `${i} ${'漢'.repeat(3990)}`);
  await expect(create(cy())).rejects.toMatchObject({ body: { code: 'automation_quota_exceeded', status: 429 } });
  expect(await harness.call(kernel.listAutomations, cy(), {})).toHaveLength(50);
  expect(await create(bob())).toMatchObject({ user_id: 'imp_u_bob' });
});
