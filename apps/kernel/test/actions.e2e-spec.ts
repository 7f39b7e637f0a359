import { type CallFinished, kernel, type RecordAction } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { asService, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ada, bob, type KernelHarness, startKernel } from './kernel.js';

let harness: KernelHarness;
let count = 0;
const forAda = asService('test', { tenant: 'default', user: 'imp_u_ada' });

beforeAll(async () => {
  harness = await startKernel({ beside: ['automation'] });
});
afterAll(() => harness?.close());

const action = (more: Partial<RecordAction> = {}): RecordAction => ({
  ...{
    trace_id: `t${count++}`,
    user_id: 'imp_u_ada',
    tenant_id: 'default',
    app_id: 'notes',
    tool_name: 'add',
    action_type: 'write',
    status: 'success',
  },
  ...{ tokens_used: 0, heartbeat_count: 0, action_price: 0, extension_price: 0, platform_fee: 0, llm_total_calls: 0, llm_total_tokens: 0 },
  ...more,
});
const record = (more: Partial<RecordAction> = {}, ctx: Ctx = asService('test')) => harness.call(kernel.recordAction, ctx, action(more));
/** Makes the following statements run with the rights of the service. */
const asRole = () => `set role "${new URL(harness.env['DATABASE_URL']!).username}"; set skep.tenant = '*';`;
const list = (more: object = {}, ctx: Ctx = ada()) => harness.call(kernel.listActions, ctx, { page: 1, per_page: 50, ...more });

describe('a service', () => {
  it('records an action, and the user sees it', async () => {
    const completed_at = new Date('2026-01-02T03:04:05Z');
    const fields = {
      message_preview: 'asked',
      result_preview: 'done',
      duration_ms: 12,
      tokens_used: 7,
      action_price: 1.5,
      llm_steps: [{ a: 1 }],
      completed_at,
    };
    const written = await record({ app_id: 'seen', chain_id: 'c1', ...fields });
    expect(written).toMatchObject({
      id: expect.stringMatching(/^act_/),
      source: 'service',
      app_id: 'seen',
      chain_id: 'c1',
      duration_ms: 12,
      completed_at,
    });
    const { actions, total, page, per_page } = await list({ app_id: 'seen' });
    expect({ total, page, per_page }).toEqual({ total: 1, page: 1, per_page: 50 });
    expect(actions).toEqual([written]);
  });

  it('may record one action again, also concurrently', async () => {
    const same = action({ app_id: 'again' });
    const ids = await Promise.all([1, 2, 3].map(async () => (await harness.call(kernel.recordAction, asService('test'), same)).id));
    expect(new Set(ids).size).toBe(1);
    expect((await record({ ...same, tool_name: 'other' })).id).not.toBe(ids[0]);
    expect(await list({ app_id: 'again' })).toMatchObject({ total: 2 });
  });

  it('records actions of the acting user only', async () => {
    await expect(record({ user_id: 'imp_u_bob' }, forAda)).rejects.toMatchObject({ body: { code: 'forbidden' } });
    expect(await record({ tenant_id: 'elsewhere' }, forAda)).toMatchObject({ tenant_id: 'default' });
  });

  it('gets the names of invalid fields', async () => {
    await expect(record({ trace_id: '', duration_ms: -1 })).rejects.toMatchObject({
      body: { code: 'invalid_input', detail: [{ loc: ['trace_id'] }, { loc: ['duration_ms'] }] },
    });
  });
});

describe('a user', () => {
  it('finds actions by app, type, status and text, in which % has no special meaning', async () => {
    await record({ app_id: 'found', tool_name: 'send', action_type: 'destructive', status: 'failed', error: 'no 100% luck' });
    await record({ app_id: 'found', tool_name: 'read', action_type: 'read', message_preview: 'Weather in Paris' });
    const tools = async (more: object) => (await list({ app_id: 'found', ...more })).actions.map(({ tool_name }) => tool_name);
    expect(await tools({})).toEqual(['read', 'send']);
    expect(await tools({ action_type: 'read' })).toEqual(['read']);
    expect(await tools({ status: 'failed' })).toEqual(['send']);
    expect(await tools({ search: 'paris' })).toEqual(['read']);
    expect(await tools({ search: '100%' })).toEqual(['send']);
    expect(await tools({ search: '1%%' })).toEqual([]);
  });

  it('reads page by page, also past the end', async () => {
    for (let i = 0; i < 5; i++) await record({ app_id: 'paged', tool_name: `t${i}` });
    const page = async (n: number) => {
      const { actions, total } = await list({ app_id: 'paged', page: n, per_page: 2 });
      return [total, ...actions.map(({ tool_name }) => tool_name)];
    };
    expect([await page(1), await page(2), await page(3), await page(4)]).toEqual([[5, 't4', 't3'], [5, 't2', 't1'], [5, 't0'], [5]]);
    await expect(list({ per_page: 201 })).rejects.toMatchObject({ body: { code: 'invalid_input', detail: [{ loc: ['per_page'] }] } });
  });

  it('reads 200 of the largest actions at once', async () => {
    const long = { message_preview: '漢'.repeat(2000), result_preview: '漢'.repeat(2000), error: '漢'.repeat(2000) };
    for (let i = 0; i < 10; i++) await Promise.all([...Array(20).keys()].map(() => record({ user_id: 'imp_u_long', ...long })));
    expect((await list({ per_page: 200 }, ada({ user: 'imp_u_long' }))).actions).toHaveLength(200);
  });

  it('gets a token count of at most the largest safe integer', async () => {
    const heavy = bob({ user: 'imp_u_heavy' });
    await expect(record({ user_id: heavy.user, tokens_used: 1_000_000_001 })).rejects.toMatchObject({ body: { code: 'invalid_input' } });
    for (const trace of ['t1', 't2'])
      await harness.query(
        `insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, tokens_used)
         values ('act_heavy_' || $1, $1, $2, 'default', 'api', 'notes', 'add', 'write', 'success', ${Number.MAX_SAFE_INTEGER})`,
        [trace, heavy.user],
      );
    expect(await harness.call(kernel.getActionStats, heavy, {})).toMatchObject({ total: 2, tokens_used: Number.MAX_SAFE_INTEGER });
  });

  it('sees no actions of other users', async () => {
    await record({ app_id: 'private' });
    expect(await list({ app_id: 'private' }, bob())).toMatchObject({ total: 0, actions: [] });
    expect(await list({ app_id: 'private' }, ada({ tenant: 'imp_t_other' }))).toMatchObject({ total: 0 });
  });

  it('counts their own actions', async () => {
    const cy = ada({ user: 'imp_u_cy' });
    expect(await harness.call(kernel.getActionStats, cy, {})).toEqual({
      total: 0,
      success: 0,
      failed: 0,
      today: 0,
      this_month: 0,
      tokens_used: 0,
      by_app: {},
    });
    await record({ user_id: 'imp_u_cy', tokens_used: 5 });
    await record({ user_id: 'imp_u_cy', status: 'failed', app_id: 'mail', tokens_used: 6 });
    const counted = { total: 2, success: 1, failed: 1, today: 2, this_month: 2, tokens_used: 11, by_app: { notes: 1, mail: 1 } };
    expect(await harness.call(kernel.getActionStats, cy, {})).toEqual(counted);
  });
});

it('an app’s statistics count all users', async () => {
  const stats = () => harness.call(kernel.getAppActionStats, asService('test'), { app_id: 'counted' });
  expect(await stats()).toEqual({
    app_id: 'counted',
    total_actions: 0,
    unique_users: 0,
    success_rate: 1,
    avg_duration_ms: null,
    actions_last_30d: 0,
  });
  await record({ app_id: 'counted', duration_ms: 10 });
  await record({ app_id: 'counted', duration_ms: 20 });
  await record({ app_id: 'counted', user_id: 'imp_u_bob', status: 'failed' });
  await record({ app_id: 'counted', tenant_id: 'imp_t_other' });
  expect(await stats()).toMatchObject({ total_actions: 4, success_rate: 0.75, avg_duration_ms: 15, actions_last_30d: 4 });
  await waitUntil('3 users', async () => (await stats()).unique_users === 3, 10_000);
});

it('no action can be changed or removed', async () => {
  const { id } = await record();
  for (const sql of [`update action set status = 'x' where id = '${id}'`, `delete from action where id = '${id}'`, 'truncate action'])
    await expect(harness.query(sql)).rejects.toThrow('append-only');
  await expect(harness.query(`${asRole()} set skep.removal = 'on'; delete from action where id = '${id}'`)).rejects.toThrow('append-only');
});

it('an action is removed after 400 days and stays in the statistics; a younger one is never removed', async () => {
  const owner = ada({ user: 'imp_u_old' });
  const stats = async () => [
    await harness.call(kernel.getActionStats, owner, {}),
    await harness.call(kernel.getAppActionStats, asService('test'), { app_id: 'old' }),
  ];
  await harness.query(
    `insert into action (id, trace_id, user_id, tenant_id, source, app_id, tool_name, action_type, status, tokens_used, duration_ms, created_at)
     select 'act_' || lpad(to_hex((extract(epoch from now() - age * interval '1 day') * 1000)::bigint), 12, '0') || n, n, 'imp_u_old', 'default',
            'api', 'old', 'add', 'write', case n % 2 when 0 then 'success' else 'failed' end, 3, nullif(n, 7), now() - age * interval '1 day'
       from generate_series(1, 2500) n cross join lateral (select case when n <= 2400 then 401 else 399 end as age) a`,
  );
  await record({ user_id: 'imp_u_old', app_id: 'old', duration_ms: 10 });
  const isCounted = async () => (await harness.query(`select 1 from uncounted_action limit 1`)).length === 0;
  await waitUntil('that all are counted', isCounted, 10_000);
  const before = await stats();
  expect(before).toMatchObject([
    { total: 2501, success: 1251, today: 1, tokens_used: 7500, by_app: { old: 2501 } },
    { total_actions: 2501 },
  ]);
  const another = await harness.startCopy();
  const left = async () => (await list({ app_id: 'old' }, owner)).total;
  await waitUntil('101 actions', async () => (await left()) === 101, 10_000);
  await another.stop();
  expect(await stats()).toEqual(before);
  // The service itself cannot remove younger ones.
  await harness.query(`${asRole()} select remove_old_actions(interval '0 days', 10000)`);
  expect(await left()).toBe(1);
  expect(await stats()).toEqual(before);
});

it('each finished call is published to other services', async () => {
  const received: CallFinished[] = [];
  harness.bus.subscribe(kernel.callsFinished, ({ calls }) => received.push(...calls));
  await harness.run('automations', 'list_rules');
  await waitUntil('the event', () => received.length);
  expect(received).toEqual([
    expect.objectContaining({ user_id: 'imp_u_ada', app_id: 'automations', function: 'list_rules', status: 'success', tokens_used: 0 }),
  ]);
});

describe('the actions of a request', () => {
  it('are found by their trace, by their user alone', async () => {
    const first = await record({ trace_id: 'traced', tool_name: 'outer' });
    const second = await record({ trace_id: 'traced', tool_name: 'inner', chain_id: first.id });
    await record({ trace_id: 'traced', tool_name: 'outer', user_id: 'imp_u_bob' });
    const found = await harness.call(kernel.getAction, ada(), { trace_id: 'traced' });
    expect(found).toMatchObject({ id: first.id, tool_name: 'outer', trace_id: 'traced' });
    expect(found.actions.map(({ id }) => id)).toEqual([first.id, second.id]);
    for (const stranger of [bob({ user: 'imp_u_eve' }), ada({ tenant: 'elsewhere' })])
      await expect(harness.call(kernel.getAction, stranger, { trace_id: 'traced' })).rejects.toMatchObject({ body: { code: 'not_found' } });
    await expect(harness.call(kernel.getAction, ada(), { trace_id: '' })).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });

  it('are steps, with the beginning of input and result', async () => {
    const texts = { message_preview: '{"n":1}', result_preview: 'x'.repeat(500), duration_ms: 5 };
    const { id } = await record({ trace_id: 'stepped', ...texts });
    const step = await harness.call(kernel.getActivityStep, ada(), { step_id: `terminal:as_1:${id}` });
    expect(step).toEqual({
      ...{ ok: true, app_id: 'notes', tool: 'add', duration_ms: 5, trace_id: 'stepped' },
      args: { preview: '{"n":1}', truncated: false, total_bytes: 7 },
      result: { preview: texts.result_preview, truncated: true, total_bytes: null },
    });
    const failed = await record({ trace_id: 'stepped', tool_name: 'other', status: 'failed', error: 'No.' });
    const seen = await harness.call(kernel.getActivityStep, ada(), { step_id: failed.id });
    expect(seen).toMatchObject({ ok: false, result: { preview: 'No.' }, args: { preview: '' } });
    await expect(harness.call(kernel.getActivityStep, bob(), { step_id: id })).rejects.toMatchObject({ body: { code: 'not_found' } });
    await expect(harness.call(kernel.getActivityStep, ada(), { step_id: '' })).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });
});

describe('a service that asks about a user', () => {
  it('gets the actions and the statistics of this user only', async () => {
    const user_id = 'imp_u_asked';
    await record({ user_id, app_id: 'asked' });
    await record({ user_id: 'imp_u_other', app_id: 'asked' });
    const query = { user_id, tenant_id: 'default', page: 1, per_page: 50 };
    const { actions, total } = await harness.call(kernel.listUserActions, asService('test'), query);
    expect([actions.map((row) => row.user_id), total]).toEqual([[user_id], 1]);
    const stats = () => harness.call(kernel.getUserActionStats, asService('test'), { user_id, tenant_id: 'default' });
    expect(await stats()).toMatchObject({ total: 1, by_app: { asked: 1 } });
    const elsewhere = { ...query, tenant_id: 'elsewhere' };
    expect((await harness.call(kernel.listUserActions, asService('test'), elsewhere)).actions).toEqual([]);
    const invalid = harness.call(kernel.listUserActions, asService('test'), { ...query, per_page: 201 });
    await expect(invalid).rejects.toMatchObject({ body: { code: 'invalid_input' } });
  });
});
