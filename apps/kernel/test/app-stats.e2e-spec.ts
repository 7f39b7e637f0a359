import { kernel } from '@skep/contracts/kernel';
import { asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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

describe('the figures of an app by day', () => {
  const figuresOf = (app_id: string, days: number) => harness.call(kernel.listAppFigures, asService('developer-portal'), { app_id, days });
  const today = () => new Date().toISOString().slice(0, 10);
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const none = { calls: 0, users: 0, errors: 0, p50_ms: null, p95_ms: null, credits: 0 };

  it('have every day of the period, oldest first', async () => {
    expect(await figuresOf('unknown', 3)).toEqual([2, 1, 0].map((days) => ({ day: daysAgo(days), ...none })));
    expect(await figuresOf('unknown', 365)).toHaveLength(365);
    await expect(figuresOf('unknown', 366)).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('count calls, users, errors and base prices, and estimate how long calls take within a tenth', async () => {
    // 100 calls on each of two days, by ten users of two tenants: 1 to 100 ms, the last five 40 times as long.
    await harness.query(`
      insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, duration_ms, action_price, extension_price, created_at)
      select 'act_fig' || n, n, 'u' || n % 10, 't' || n % 2, 'api', 'measured', 'f', 'read', case when n % 10 = 0 then 'failed' else 'success' end,
             case when n % 100 > 94 then 4000 else n % 100 + 1 end, 5, 3, now() - (n / 100) * interval '1 day'
        from generate_series(0, 199) n`);
    await waitUntil('counted', async () => (await harness.query('select 1 from uncounted_action limit 1')).length === 0, 20_000);
    const days = await figuresOf('measured', 2);
    expect(days.map(({ day, calls, users, errors, credits }) => [day, calls, users, errors, credits])).toEqual([
      [daysAgo(1), 100, 10, 10, 300],
      [today(), 100, 10, 10, 300],
    ]);
    for (const { p50_ms, p95_ms } of days) {
      expect(Math.abs(p50_ms! / 50 - 1)).toBeLessThan(0.1);
      expect(Math.abs(p95_ms! / 95 - 1)).toBeLessThan(0.1);
    }
    expect(await figuresOf('measured', 1)).toHaveLength(1);
  });

  it('include a call at once', async () => {
    await harness.query(`
      insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, extension_price)
      values ('act_now', 't', 'u', 'default', 'api', 'at-once', 'f', 'read', 'success', 2)`);
    expect((await figuresOf('at-once', 1))[0]).toMatchObject({ calls: 1, errors: 0, credits: 2 });
  });
});
