import { auth } from '@skep/contracts/auth';
import { automation } from '@skep/contracts/automation';
import { kernel } from '@skep/contracts/kernel';
import type { Ctx } from '@skep/platform';
import { waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP, type AutomationHarness, openAutomation, SERVICE } from './automation.js';

let harness: AutomationHarness;
let ada: Ctx;
let bob: Ctx;

beforeAll(async () => {
  harness = await openAutomation();
  await harness.infra.startApp('channels');
  [ada, bob] = [await harness.person(), await harness.person()];
});
afterAll(() => harness?.close());

const feedOf = (who: Ctx, type: string) =>
  harness.infra.query('kernel', 'select payload from feed_event where user_id = $1 and type = $2 order by id', [who.user, type]);
const find = async (who: Ctx, id: number) => (await harness.call(automation.listAutomations, who, {})).find((rule) => rule.id === id);
/** Moves the next slot of a rule's schedule to now. */
const makeDue = (id: number) => harness.query(`update schedule set next_at = now() where key = $1`, [`rule ${id}`]);

describe('an event', () => {
  it('of a type that a rule waits for runs its actions once, in either spelling, and is announced to its person', async () => {
    const { id } = await harness.rule(ada, 'shop:opened');
    await harness.happens(ada, 'shop.opened', { text: 'one' });
    await harness.happens(ada, 'shop.closed', { text: 'other' });
    const [execution] = await harness.waitForExecutions(ada, id, 1);
    expect(execution).toMatchObject({ rule_id: id, status: 'completed', error: null, attempts: 1, depth: 0, parent_execution_id: null });
    expect(execution?.event).toMatchObject({ type: 'shop.opened', data: { text: 'one' } });
    expect(execution?.output).toEqual([expect.objectContaining({ status: 'success', app_id: APP, tool: 'add_note' })]);
    expect(execution?.duration_ms).toBeGreaterThan(0);
    expect(await harness.notes(ada)).toEqual(['one']);
    await waitUntil('the announcement', async () => (await feedOf(ada, 'automation.triggered')).length === 1);
    expect((await feedOf(ada, 'automation.triggered'))[0]?.['payload']).toMatchObject({
      data: { rule_id: id, execution_id: execution?.id },
    });
    expect(await find(ada, id)).toMatchObject({ trigger_count: 1, last_triggered_at: expect.any(Date), last_error: null });
    const [action] = await harness.infra.query('kernel', `select source, status from action where tool_name = 'add_note'`);
    expect(action).toEqual({ source: 'automation', status: 'success' });
  });

  it('of another user, of another tenant, or of all users runs nothing', async () => {
    const cy = await harness.person();
    const { id } = await harness.rule(cy, 'shop.foreign');
    await harness.happens(bob, 'shop.foreign');
    await harness.happens({ ...cy, tenant: 'another' }, 'shop.foreign');
    await harness.happens({ ...cy, user: '' }, 'shop.foreign');
    await harness.settle();
    expect(await harness.executions(cy, id)).toEqual([]);
    await harness.happens(cy, 'shop.foreign');
    await harness.waitForExecutions(cy, id, 1);
  });

  it('runs no rule that is paused or deleted, and one that was resumed from then on', async () => {
    const dan = await harness.person();
    const [paused, deleted] = [await harness.rule(dan, 'shop.paused'), await harness.rule(dan, 'shop.paused')];
    await harness.call(automation.pauseAutomation, dan, { rule_id: paused.id });
    await harness.call(automation.deleteAutomation, dan, { rule_id: deleted.id });
    await harness.happens(dan, 'shop.paused', { text: 'no' });
    await harness.settle();
    await harness.call(automation.resumeAutomation, dan, { rule_id: paused.id });
    await harness.happens(dan, 'shop.paused', { text: 'yes' });
    expect(await harness.waitForNotes(dan, 1)).toEqual(['yes']);
  });

  it('runs what a rule does and waits for now', async () => {
    const eve = await harness.person();
    const { id } = await harness.rule(eve, 'shop.before');
    const actions = [{ app_id: APP, tool: 'add_note', args: { text: 'changed: {{event.text}}' } }];
    await harness.call(automation.updateAutomation, SERVICE, {
      rule_id: id,
      trigger_filter: { event_type: 'shop.after', timezone: 'UTC' },
      actions,
    });
    await harness.happens(eve, 'shop.before');
    await harness.happens(eve, 'shop.after');
    await harness.settle();
    expect(await harness.notes(eve)).toEqual(['changed: shop.after']);
  });

  it('that happened while no process ran is handled afterwards, once', async () => {
    const fay = await harness.person();
    await harness.rule(fay, 'shop.meanwhile');
    await harness.stop();
    for (let i = 0; i < 5; i++) await harness.happens(fay, 'shop.meanwhile', { text: `n${i}` });
    await harness.restart();
    expect(await harness.waitForNotes(fay, 5)).toEqual(['n0', 'n1', 'n2', 'n3', 'n4']);
    await harness.settle();
    expect(await harness.notes(fay)).toHaveLength(5);
  });

  it('is handled once, however many processes follow the feed, also of a rule that was created a moment ago', async () => {
    const gil = await harness.person();
    const copies = [await harness.startCopy(), await harness.startCopy()];
    for (let i = 0; i < 20; i++) {
      await harness.rule(gil, `shop.copies${i}`);
      await harness.happens(gil, `shop.copies${i}`);
    }
    await harness.waitForNotes(gil, 20);
    await harness.settle();
    expect((await harness.notes(gil)).toSorted()).toEqual(Array.from({ length: 20 }, (_, i) => `shop.copies${i}`).toSorted());
    await Promise.all(copies.map(({ stop }) => stop()));
  });
});

describe('a rule', () => {
  it('runs once within its cooldown', async () => {
    const who = await harness.person();
    const { id } = await harness.rule(who, 'shop.cool', { cooldown_seconds: 60 });
    for (let i = 0; i < 3; i++) await harness.happens(who, 'shop.cool');
    await harness.settle();
    expect(await harness.executions(who, id)).toHaveLength(1);
    await harness.query(`update rule set last_triggered_at = now() - interval '61 seconds' where id = $1`, [id]);
    await harness.happens(who, 'shop.cool');
    await harness.waitForExecutions(who, id, 2);
  });

  it('runs at most as often within an hour, and in all, as it may, also in several processes', async () => {
    const who = await harness.person();
    const copy = await harness.startCopy();
    const [hourly, total] = [
      await harness.rule(who, 'shop.often', { max_per_hour: 3 }),
      await harness.rule(who, 'shop.often', { max_iterations: 4 }),
    ];
    await Promise.all(Array.from({ length: 10 }, () => harness.happens(who, 'shop.often')));
    await harness.settle();
    expect([await harness.executions(who, hourly.id), await harness.executions(who, total.id)].map((all) => all.length)).toEqual([3, 4]);
    await harness.query(`update execution set created_at = created_at - interval '1 hour' where rule_id = any($1)`, [
      [hourly.id, total.id],
    ]);
    await harness.happens(who, 'shop.often');
    await harness.settle();
    expect([await harness.executions(who, hourly.id), await harness.executions(who, total.id)].map((all) => all.length)).toEqual([4, 4]);
    await copy.stop();
  });

  it('that triggers itself is stopped, and says so', async () => {
    const who = await harness.person();
    const { id } = await harness.rule(who, `${APP}.add_note`);
    await harness.happens(who, `${APP}.add_note`, { text: 'first' });
    await waitUntil('the stop', async () => (await find(who, id))?.status === 'error', 20_000);
    await harness.settle();
    const [last, ...others] = await harness.executions(who, id);
    expect(last).toMatchObject({ status: 'failed', depth: 6, error: expect.stringMatching(/^LOOP: /), parent_execution_id: others[0]?.id });
    expect(others.map(({ depth }) => depth)).toEqual([5, 4, 3, 2, 1, 0]);
    expect((await find(who, id))?.last_error).toMatch(/^LOOP: /);
  });

  it('that others trigger in a circle is stopped, but not two that follow each other', async () => {
    const who = await harness.person();
    const ids: number[] = [];
    const note = (text: string) => [{ app_id: APP, tool: 'add_note', args: { text } }];
    for (const text of ['a', 'b']) ids.push((await harness.rule(who, `${APP}.add_note`, { actions: note(text), max_iterations: 200 })).id);
    const chain = await harness.rule(who, 'automation.triggered', { actions: [{ message: 'x' }], max_iterations: 1 });
    await harness.happens(who, `${APP}.add_note`);
    await waitUntil(
      'the stops',
      async () => (await Promise.all(ids.map((id) => find(who, id)))).every((rule) => rule?.status === 'error'),
      30_000,
    );
    await harness.settle();
    expect(await find(who, chain.id)).toMatchObject({ status: 'active', trigger_count: 1 });
    expect((await harness.notes(who)).length).toBeLessThan(130);
  });

  it('runs at set times, once for each, in one of several processes', async () => {
    const who = await harness.person();
    const copy = await harness.startCopy();
    const actions = [{ app_id: APP, tool: 'add_note', args: { text: '{{event.type}}' } }];
    const filters = [
      { schedule: '0 9 * * 1', timezone: 'Europe/Berlin' },
      { every_seconds: 3600 },
      { at: new Date(Date.now() + 86_400_000) },
    ];
    const ids: number[] = [];
    for (const filter of filters)
      ids.push(
        (await harness.rule(who, '', { trigger_filter: { event_type: 'system.scheduled', timezone: 'UTC', ...filter }, actions })).id,
      );
    for (const id of ids) await makeDue(id);
    for (const id of ids) await harness.waitForExecutions(who, id, 1);
    await harness.settle();
    expect(await harness.notes(who)).toEqual(Array(3).fill('system.scheduled'));
    await harness.call(automation.pauseAutomation, who, { rule_id: ids[0]! });
    expect(await makeDue(ids[0]!)).toEqual([]);
    expect(await harness.query('select from schedule where key = $1', [`rule ${ids[0]}`])).toEqual([]);
    await harness.call(automation.deleteAutomation, who, { rule_id: ids[1]! });
    expect(await harness.query('select from schedule where key = $1', [`rule ${ids[1]}`])).toEqual([]);
    await copy.stop();
  });
});

describe('an action', () => {
  it('fails with its reason, and those after it do not run', async () => {
    const who = await harness.person();
    const call = (tool: string, args = {}) => ({ app_id: APP, tool, args });
    const { id } = await harness.rule(who, 'shop.fails', {
      actions: [call('add_note', { text: 'a' }), call('add_note'), call('add_note', { text: 'b' })],
    });
    await harness.happens(who, 'shop.fails');
    const [execution] = await harness.waitForExecutions(who, id, 1);
    expect(execution).toMatchObject({ status: 'failed', error: expect.stringContaining("'add_note' of 'notes-app'"), attempts: 1 });
    expect((execution?.output as object[]).length).toBe(2);
    expect(await harness.notes(who)).toEqual(['a']);
    expect((await find(who, id))?.last_error).toContain('text');
  });

  it('needs what its person may do at the time', async () => {
    const who = await harness.person();
    const { id } = await harness.rule(who, 'shop.rights');
    await harness.infra.query('auth-gateway', `update account set denied_scopes = '{extensions:call}' where id = $1`, [who.user]);
    await harness.happens(who, 'shop.rights');
    expect((await harness.waitForExecutions(who, id, 1))[0]).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('extensions:call'),
    });
    expect(await harness.notes(who)).toEqual([]);
  });

  it('is not confirmed by anyone, and may not change what its person pays', async () => {
    const who = await harness.person();
    const settings = { confirmation_enabled: true, confirmation_actions: { read: true, write: true, destructive: true } };
    await harness.call(kernel.updateMySettings, who, settings);
    const { id } = await harness.rule(who, 'shop.asks', { actions: [{ app_id: APP, tool: 'add_note', args: { text: 'unasked' } }] });
    const pays = await harness.rule(who, 'shop.pays', { actions: [{ app_id: 'billing', tool: 'change_plan', args: { plan: 'pro' } }] });
    await harness.happens(who, 'shop.asks');
    await harness.happens(who, 'shop.pays');
    expect((await harness.waitForExecutions(who, id, 1))[0]).toMatchObject({ status: 'completed' });
    expect((await harness.waitForExecutions(who, pays.id, 1))[0]).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('what you pay'),
    });
    expect(await harness.notes(who)).toEqual(['unasked']);
  });

  it('with a message reaches its person', async () => {
    const who = await harness.person();
    const { id } = await harness.rule(who, 'shop.message', { actions: [{ message: 'Open: {{event.text}}' }] });
    await harness.happens(who, 'shop.message', { text: 'today' });
    await harness.waitForExecutions(who, id, 1);
    expect(await harness.messages(who)).toEqual(['Open: today']);
  });

  it.each([
    ['all', ['run', 'failed']],
    ['failures', ['failed']],
    ['off', []],
  ] as const)('with notify_mode %s sends the messages %j', async (notify_mode, expected) => {
    const who = await harness.person();
    const fine = await harness.rule(who, 'shop.notify', { notify_mode });
    const fails = await harness.rule(who, 'shop.notify', { notify_mode, actions: [{ app_id: 'nowhere', tool: 'x' }] });
    await harness.happens(who, 'shop.notify');
    for (const { id } of [fine, fails]) await harness.waitForExecutions(who, id, 1);
    await harness.settle();
    expect((await harness.messages(who)).map((text) => (text.startsWith('Your automation failed') ? 'failed' : 'run')).toSorted()).toEqual(
      [...expected].toSorted(),
    );
  });
});

describe('a service that runs the actions itself', () => {
  const record = (rule_id: number, more: object) =>
    harness.call(automation.recordAutomationExecution, SERVICE, {
      ...{ rule_id, tenant_id: 'default', status: 'running', attempt: 1, event_data: '', result: '', error: '', error_text: '' },
      ...more,
    } as never);
  const counts = (rule_id: number) => harness.call(automation.countAutomationExecutions, SERVICE, { rule_id });

  it('records executions, once by their id, and their results', async () => {
    const { id } = await harness.rule(ada, 'shop.outside');
    await record(id, { execution_id: 'x-1', event_data: '{"a":1}' });
    await record(id, { execution_id: 'x-1', status: 'completed', result: 'not json', attempt: 2 });
    expect(await harness.executions(ada, id)).toEqual([
      expect.objectContaining({ id: 'x-1', status: 'completed', event: { a: 1 }, output: 'not json', attempts: 2 }),
    ]);
    expect(await harness.call(automation.recordExecutionResult, SERVICE, { rule_id: id, success: false, error: 'no' })).toEqual({
      ...{ rule_id: id, trigger_count: 1, completed_count: 0, failed_count: 1 },
    });
    await harness.call(automation.recordExecutionResult, SERVICE, { rule_id: id, success: true, error: '' });
    expect(await counts(id)).toEqual({ rule_id: id, trigger_count: 1, completed_count: 1, failed_count: 1 });
    await expect(record(id, { tenant_id: 'another' })).rejects.toMatchObject({ body: { code: 'automation_not_found' } });
  });

  it('ends those that are late', async () => {
    const { id } = await harness.rule(ada, 'shop.outside');
    await record(id, { execution_id: 'late', timeout_at: new Date(Date.now() - 1_000) });
    await record(id, { execution_id: 'in time', timeout_at: new Date(Date.now() + 60_000) });
    expect(await harness.call(automation.failLateExecutions, SERVICE, {})).toEqual({ failed: 1 });
    const executions = await harness.executions(ada, id);
    expect(executions.map((execution) => [execution.id, execution.status]).toSorted()).toEqual([
      ['in time', 'running'],
      ['late', 'failed'],
    ]);
    expect(await counts(id)).toMatchObject({ trigger_count: 2, failed_count: 1 });
  });
});

it('an erased user has neither rules nor executions nor schedules', async () => {
  const who = await harness.person();
  const { id } = await harness.rule(who, 'shop.erased');
  await harness.rule(who, '', { trigger_filter: { event_type: '', timezone: 'UTC', every_seconds: 3600 } });
  await harness.happens(who, 'shop.erased');
  await harness.waitForExecutions(who, id, 1);
  await harness.settle();
  await harness.publish(auth.userErased, { tenant_id: who.tenant, user_id: who.user });
  const left = async () =>
    (
      await Promise.all(
        ['rule', 'execution', 'schedule', 'run'].map((table) => harness.query(`select from ${table} where user_id = $1`, [who.user])),
      )
    ).flat();
  await waitUntil('the erasure', async () => !(await left()).length);
});
