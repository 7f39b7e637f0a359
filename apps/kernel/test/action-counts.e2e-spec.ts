import { type AppActionStats, kernel } from '@skep/contracts/kernel';
import { asService, runProgram, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import { ada, type KernelHarness, startKernel } from './kernel.js';

const SKEP = fileURLToPath(new URL('../../../../tools/skep.mjs', import.meta.url));
let harness: KernelHarness;
beforeAll(async () => {
  harness = await startKernel({ beside: [] });
});
afterAll(() => harness?.close());

const ACTIONS = 12_000;
/** Ten users in three apps, over the last hundred days. */
const FILL = `
  insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, tokens_used, duration_ms, created_at)
  select 'act_fill' || n, n, 'imp_u_' || n % 10, 'default', 'api', 'app-' || n % 3, 'f', 'read', case n % 4 when 0 then 'failed' else 'success' end, n % 7,
         nullif(n % 11, 0), now() - (n / 10 % 100) * interval '1 day'
    from generate_series(1, ${ACTIONS}) n`;
const check = () => runProgram([SKEP, 'counters', 'check', 'kernel', harness.env['DATABASE_URL']!]);
const waiting = async () => Number((await harness.query('select count(*) as n from uncounted_action'))[0]!['n']);
const statsOf = (user: string) => harness.call(kernel.getActionStats, ada({ user }), {});
const statsOfApp = (app_id: string): Promise<AppActionStats> => harness.call(kernel.getAppActionStats, asService('test'), { app_id });

it('statistics are the same before and after two instances have counted the actions, and equal the actions', async () => {
  const another = await harness.startCopy();
  await harness.query(FILL);
  const before = [await statsOf('imp_u_1'), await statsOf('imp_u_2')];
  await waitUntil('counted', async () => (await waiting()) === 0, 20_000);
  await another.stop();
  expect([await statsOf('imp_u_1'), await statsOf('imp_u_2')]).toEqual(before);
  const [found] = await harness.query(`
    select count(*)::int as total, count(*) filter (where status = 'success')::int as success, sum(tokens_used)::int as tokens_used,
           (count(*) filter (where created_at >= date_trunc('month', now(), 'utc')))::int as this_month
      from action where user_id = 'imp_u_1'`);
  expect(before[0]).toMatchObject({ ...found, today: ACTIONS / 10 / 100, by_app: { 'app-0': 400, 'app-1': 400, 'app-2': 400 } });
  const [app] = await harness.query(`
    select count(*)::int as total_actions, count(distinct user_id)::int as unique_users, avg(duration_ms)::float8 as avg_duration_ms,
           count(*) filter (where created_at > now() - interval '29 days 12 hours')::int as actions_last_30d
      from action where app_id = 'app-1'`);
  expect(await statsOfApp('app-1')).toMatchObject({ ...app, avg_duration_ms: expect.closeTo(app!['avg_duration_ms'] as number, 9) });
  expect(await check()).toEqual({ code: 0, stdout: 'No inconsistencies.\n', stderr: '' });
});

it('skep counters check finds a counter that differs from the actions', async () => {
  await harness.query(
    `update action_count set actions = actions + 1 where user_id = 'imp_u_3' and app_id = 'app-0' and day = (now() at time zone 'utc')::date`,
  );
  await harness.query(`update app_action_count set actions = actions - 1 where app_id = 'app-2' and day = '-infinity'`);
  expect(await check()).toEqual({
    code: 1,
    stdout: expect.stringMatching(
      /^action_count {2}default\/imp_u_3 app-0 [\d-]+ {2}4 actions, 5 counted\napp_action_count {2}app-2 {2}4000 .*, 3999 of the app\n$/,
    ),
    stderr: expect.stringContaining('2 inconsistencies.'),
  });
});
