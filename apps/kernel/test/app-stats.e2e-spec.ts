import { kernel } from '@skep/contracts/kernel';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ada, bob, fn, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
beforeAll(async () => {
  harness = await startKernel();
  await harness.publishApp('counted', [fn('list', [{ id: 's1', op: 'store.list', args: { kind: 'note' } }])]);
});
afterAll(() => harness?.close());

it('the statistics of an app are shown to its developer alone, also while it is suspended', async () => {
  await harness.run('counted', 'list');
  const stats = (ctx = ada(), app_id = 'counted') => harness.call(kernel.getOwnAppActionStats, ctx, { app_id });
  expect(await stats()).toMatchObject({ app_id: 'counted', total_actions: 1, success_rate: 1 });
  for (const stranger of [bob(), ada({ tenant: 'elsewhere' })])
    await expect(stats(stranger)).rejects.toMatchObject({ body: { code: 'not_found' } });
  await expect(stats(ada(), 'unknown')).rejects.toMatchObject({ body: { code: 'not_found' } });
  await expect(stats(ada(), 'NOT VALID')).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  await harness.infra.query('registry', `update app set suspended = true where app_id = 'counted'`);
  expect(await stats()).toMatchObject({ total_actions: 1 });
});
