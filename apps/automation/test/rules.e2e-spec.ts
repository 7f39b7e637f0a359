import { automation } from '@skep/contracts/automation';
import type { Ctx } from '@skep/platform';
import { codeOf, problemOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { APP, type AutomationHarness, openAutomation, SERVICE } from './automation.js';

const bodyOf = async (call: Promise<unknown>) => (await problemOf(call)).body;

let harness: AutomationHarness;
let ada: Ctx;
let bob: Ctx;

beforeAll(async () => {
  harness = await openAutomation();
  await harness.infra.startApp('models');
  [ada, bob] = [await harness.person(), await harness.person()];
});
afterAll(() => harness?.close());

const words = (prompt = 'When mail comes, tell me') => ({ prompt, cooldown_seconds: 60, max_per_hour: 10, max_iterations: 0 });
const create = (ctx: Ctx, prompt?: string) => harness.call(automation.createAutomation, ctx, words(prompt));
const list = (ctx: Ctx) => harness.call(automation.listAutomations, ctx, {});

it('is created, listed, paused, resumed and deleted', async () => {
  const made = await harness.rule(ada, 'mail.received');
  expect(made).toMatchObject({ id: expect.any(Number), status: 'active', user_id: ada.user, tenant_id: 'default', trigger_count: 0 });
  expect(made.created_at).toBeInstanceOf(Date);
  expect(await list(ada)).toEqual([made]);
  const ref = { rule_id: made.id };
  const paused = await harness.call(automation.pauseAutomation, ada, ref);
  expect(paused).toMatchObject({ id: made.id, status: 'paused' });
  expect(await harness.call(automation.pauseAutomation, ada, ref)).toEqual(paused);
  expect(await harness.call(automation.resumeAutomation, ada, ref)).toMatchObject({ status: 'active' });
  expect(await harness.call(automation.deleteAutomation, ada, ref)).toEqual({ id: made.id, status: 'deleted' });
  expect(await list(ada)).toEqual([]);
});

it('in words is kept, paused, while no language model is configured, and says so', async () => {
  const made = await create(ada);
  expect(made).toMatchObject({ status: 'paused', trigger_filter: null, actions: [], prompt: 'When mail comes, tell me' });
  expect(made.interpretation).toMatch(/^Not interpreted: /);
  expect(await codeOf(harness.call(automation.resumeAutomation, ada, { rule_id: made.id }))).toBe('not_configured');
  expect(await codeOf(harness.call(automation.updateAutomation, SERVICE, { rule_id: made.id, status: 'active' }))).toBe('conflict');
  await harness.call(automation.deleteAutomation, ada, { rule_id: made.id });
});

it('of another user is not found', async () => {
  const { id } = await harness.rule(ada, 'mail.received');
  for (const stranger of [bob, { ...ada, tenant: 'imp_t_other' }, { ...SERVICE, tenant: bob.tenant, user: bob.user }]) {
    for (const operation of [automation.pauseAutomation, automation.resumeAutomation, automation.deleteAutomation])
      expect(await codeOf(harness.call(operation, stranger, { rule_id: id }))).toBe('automation_not_found');
    expect(await codeOf(harness.call(automation.listAutomationExecutions, stranger, { rule_id: id }))).toBe('automation_not_found');
    expect(await list(stranger as Ctx)).toEqual([]);
  }
  await harness.call(automation.deleteAutomationOf, SERVICE, { rule_id: id });
  expect(await codeOf(harness.call(automation.countAutomationExecutions, SERVICE, { rule_id: id }))).toBe('automation_not_found');
});

describe('an input', () => {
  it('needs a prompt and limits within their range', async () => {
    const wrong = { ...words(''), cooldown_seconds: -1 };
    expect(await bodyOf(harness.call(automation.createAutomation, ada, wrong))).toMatchObject({
      code: 'invalid_input',
      detail: [{ loc: ['prompt'] }, { loc: ['cooldown_seconds'] }],
    });
    expect(await codeOf(harness.call(automation.pauseAutomation, ada, { rule_id: 0 }))).toBe('invalid_input');
  });

  it.each([
    ['an event type with a space', { event_type: 'mail received' }, 'event_type'],
    ['no trigger', { event_type: '' }, 'event_type'],
    ['the event of set times without a time', { event_type: 'system:scheduled' }, 'event_type'],
    ['an invalid pattern', { event_type: 'system.scheduled', schedule: '* * *' }, 'schedule'],
    ['a pattern of six fields', { schedule: '* * * * * *' }, 'schedule'],
    ['an unknown time zone', { schedule: '* * * * *', timezone: 'Nowhere/Here' }, 'schedule'],
    ['a day that does not exist', { schedule: '0 0 31 2 *' }, 'schedule'],
    ['a time that has passed', { at: new Date('2020-01-01T00:00:00Z') }, 'at'],
    ['two times', { schedule: '* * * * *', every_seconds: 60 }, 'schedule'],
    ['a type of events and a time', { event_type: 'mail.received', every_seconds: 60 }, 'event_type'],
  ])('has a trigger that can come: not %s', async (_, filter, field) => {
    const trigger_filter = { event_type: '', timezone: 'UTC', ...filter };
    const problem = await bodyOf(harness.rule(ada, '', { trigger_filter }));
    expect(problem).toMatchObject({ code: 'invalid_input', detail: [{ loc: ['trigger_filter', field] }] });
  });

  it.each([
    ['nothing', {}],
    ['a message and a call', { message: 'x', app_id: APP, tool: 'add_note' }],
    ['a function without its app', { tool: 'add_note' }],
    ['args of a message', { message: 'x', args: {} }],
  ])('has actions that can be done: not %s', async (_, action) => {
    const problem = await bodyOf(harness.rule(ada, 'mail.received', { actions: [{ message: 'ok' }, action] }));
    expect(problem).toMatchObject({ code: 'invalid_input', detail: [{ loc: ['actions', 1] }] });
  });
});

describe('a service', () => {
  it('changes what it names, and nothing else', async () => {
    const { id, ...made } = await harness.rule(bob, 'mail.received');
    const changes = { prompt: 'Other', interpretation: 'Else', notify_mode: 'failures' as const, trigger_count: 7, max_per_hour: 3 };
    const changed = await harness.call(automation.updateAutomation, SERVICE, { rule_id: id, ...changes });
    expect(changed).toEqual({ id, ...made, ...changes, updated_at: expect.any(Date) });
    expect(
      await codeOf(
        harness.call(automation.updateAutomation, SERVICE, { rule_id: id, trigger_filter: { event_type: '', timezone: 'UTC' } }),
      ),
    ).toBe('invalid_input');
    await harness.call(automation.deleteAutomationOf, SERVICE, { rule_id: id });
  });

  it('lists those of one tenant, all or the active ones', async () => {
    const { id } = await harness.rule(bob, 'mail.received');
    await harness.query('delete from rule where id <> $1', [id]);
    const ids = async (operation: typeof automation.listActiveAutomations, tenant_id = 'default') =>
      (await harness.call(operation, SERVICE, { tenant_id })).rows.map((rule) => rule.id);
    expect([await ids(automation.listTenantAutomations), await ids(automation.listActiveAutomations)]).toEqual([[id], [id]]);
    await harness.call(automation.updateAutomation, SERVICE, { rule_id: id, status: 'paused' });
    expect([await ids(automation.listTenantAutomations), await ids(automation.listActiveAutomations)]).toEqual([[id], []]);
    expect(await ids(automation.listTenantAutomations, 'another')).toEqual([]);
    await harness.call(automation.deleteAutomationOf, SERVICE, { rule_id: id });
  });
});

describe('a user', () => {
  const quota = (who: Ctx) => harness.call(automation.getAutomationQuota, SERVICE, { user_id: who.user, tenant_id: who.tenant });

  it('has at most as many as their plan or the installation allows, however many are created at once', async () => {
    await harness.restart({ SKEP_AUTOMATIONS_MAX: '5' });
    const cy = await harness.person();
    expect(await quota(cy)).toEqual({ cap: 5, used: 0, remaining: 5, unlimited: false, plan: 'free', source: 'installation' });
    const made = await Promise.allSettled(Array.from({ length: 12 }, (_, i) => harness.rule(cy, `mail.n${i}`)));
    expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect(await bodyOf(harness.rule(cy, 'mail.more'))).toMatchObject({
      code: 'automation_quota_exceeded',
      status: 429,
      detail: { error_code: 'AUTOMATION_QUOTA_EXCEEDED', quota: { cap: 5, used: 5, remaining: 0, unlimited: false } },
    });
    expect(await codeOf(create(cy))).toBe('automation_quota_exceeded');
    expect(await list(cy)).toHaveLength(5);
    expect(await harness.rule(bob, 'mail.received')).toMatchObject({ user_id: bob.user });
  });

  it('has the limit of their plan, if it has one', async () => {
    const sql = `update plan set limits = limits || '{"automations": -1}' where id = 'free'`;
    await harness.infra.query('billing', sql);
    const dan = await harness.person();
    expect(await quota(dan)).toMatchObject({ cap: null, remaining: null, unlimited: true, source: 'plan' });
    for (let i = 0; i < 6; i++) await harness.rule(dan, `mail.n${i}`);
    expect((await quota(dan)).used).toBe(6);
  });

  it('who does not exist gets no automation', async () => {
    expect(await codeOf(harness.rule({ ...bob, user: 'imp_u_nobody' }, 'mail.received'))).toBe('user_not_found');
  });
});
