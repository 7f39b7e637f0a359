import { agent } from '@skep/contracts/agent';
import { automation } from '@skep/contracts/automation';
import { nodes } from '@skep/contracts/nodes';
import type { Ctx } from '@skep/platform';
import { codeOf, problemOf, waitUntil } from '@skep/testkit';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { useAgentAutomations } from './agent-automations.js';

const harness = useAgentAutomations();
let bob: Ctx;

beforeAll(async () => void (bob = await harness.person()));

const get = (who: Ctx, rule_id: string) => harness.call(automation.getEventRule, who, { rule_id });
const recent = async (who: Ctx) => (await harness.call(automation.listHappenings, who, { limit: 50 })).events;
const knock = async (who: Ctx, payload: object = { text: 'hi' }) =>
  harness.deliver((await harness.hook(who, { name: 'Knock', secret: null })).slug, payload);

describe('an event rule', () => {
  it('is created, read, changed and deleted', async () => {
    const ada = await harness.person();
    const made = await harness.eventRule(ada);
    expect(made).toMatchObject({ name: 'A rule', event_type: 'webhook.received', enabled: true, fire_count: 0, last_fired: null });
    expect(await harness.call(automation.listEventRules, ada, {})).toEqual({ rules: [made], count: 1 });
    const changed = await harness.call(automation.updateEventRule, ada, { rule_id: made.id, name: 'Other', enabled: false });
    expect(changed).toEqual({ ...made, name: 'Other', enabled: false });
    expect(await get(ada, made.id)).toEqual(changed);
    expect(await harness.call(automation.deleteEventRule, ada, { rule_id: made.id })).toEqual({ status: 'deleted' });
    expect((await problemOf(get(ada, made.id))).body).toMatchObject({ code: 'event_rule_not_found', detail: 'Rule not found' });
    const { event_types, action_types } = await harness.call(automation.getEventRuleTypes, ada, {});
    expect([event_types.length, action_types]).toEqual([8, ['run_agent', 'execute_tool', 'send_message', 'call_webhook', 'log']]);
  });

  it('fires once at each event of its type that has the fields of its filter, and is noted with it', async () => {
    const ada = await harness.person();
    const [all, other, off] = [
      await harness.eventRule(ada, { filters: { name: 'Knock' } }),
      await harness.eventRule(ada, { filters: { name: 'Other' } }),
      await harness.eventRule(ada, { enabled: false }),
    ];
    const { event_id } = await knock(ada);
    await harness.ended(ada, 1);
    expect(await Promise.all([all, other, off].map(async ({ id }) => (await get(ada, id)).fire_count))).toEqual([1, 0, 0]);
    const { jobs } = await harness.call(automation.listEventRuleRuns, ada, { rule_id: all.id, limit: 50 });
    expect(jobs).toMatchObject([{ status: 'completed', job_id: all.id, event: { type: 'webhook.received', data: { event_id } } }]);
    expect(await recent(ada)).toMatchObject([{ type: 'webhook.received', data: { event_id, name: 'Knock' } }]);
  });

  it('tells the agent what has happened, and notifies its person', async () => {
    const ada = await harness.person();
    const conversation_id = await harness.talk(ada);
    const template = 'Look: {{ payload.text }} of {{ event.type }}';
    await harness.eventRule(ada, { action: 'run_agent', action_config: { message: template, conversation_id } });
    await harness.eventRule(ada, { action: 'send_message', action_config: { message: 'A knock of {{ payload.name }}' } });
    await knock(ada, { text: '{{ event.id }}' });
    await harness.ended(ada, 2);
    const [said] = await harness.said(ada, conversation_id);
    expect(said).toContain('{{ event.id }}');
    expect(said).toMatch(/^Look: .* of webhook\.received$/s);
    expect(await harness.messages(ada)).toEqual(['A knock of Knock']);
    const tainted = await harness.query('select distinct tainted from queue_job where user_id = $1', [ada.user]);
    expect(tainted).toEqual([{ tainted: true }]);
  });

  it('sees new conversations and jobs that ran, and nothing of someone else', async () => {
    const [ada, eve] = [await harness.person(), await harness.person()];
    const spies = [await harness.eventRule(eve, { event_type: 'conversation.created' }), await harness.eventRule(eve)];
    const own = await harness.eventRule(ada, { event_type: 'conversation.created' });
    const fired = await harness.eventRule(ada, { event_type: 'cron.fired' });
    const conversation_id = await harness.talk(ada);
    await waitUntil('the rule to fire', async () => (await get(ada, own.id)).fire_count === 1, 20_000);
    expect(await recent(ada)).toMatchObject([{ type: 'conversation.created', data: { conversation_id } }]);
    const { id } = await harness.job(ada);
    await harness.query(`update schedule set next_at = now() where key = $1`, [`job ${id}`]);
    await waitUntil('the rule to fire', async () => (await get(ada, fired.id)).fire_count === 1, 20_000);
    await knock(ada);
    for (const spy of spies) expect((await get(eve, spy.id)).fire_count).toBe(0);
    expect(await recent(eve)).toEqual([]);
  });

  it('fires when a tool has run or a device has come or gone', async () => {
    const [ada, eve] = [await harness.person(), await harness.person()];
    const types = ['tool.executed', 'node.connected', 'node.disconnected'] as const;
    const [tool, come, gone] = await Promise.all(types.map((event_type) => harness.eventRule(ada, { event_type })));
    const spies = await Promise.all(types.map((event_type) => harness.eventRule(eve, { event_type })));
    const owner = { tenant_id: ada.tenant, user_id: ada.user };
    await harness.publish(nodes.nodeConnected, { ...owner, node_id: 'box' });
    await harness.publish(nodes.nodeDisconnected, { ...owner, node_id: 'box' });
    await harness.publish(agent.toolExecuted, { ...owner, conversation_id: 'talk', tool: 'web_search', success: true });
    await waitUntil('the rules to fire', async () => (await get(ada, tool!.id)).fire_count === 1, 20_000);
    await waitUntil('the rules to fire', async () => (await get(ada, gone!.id)).fire_count === 1, 20_000);
    await waitUntil('the rules to fire', async () => (await get(ada, come!.id)).fire_count === 1, 20_000);
    const seen = (await recent(ada)).map(({ type, data }) => ({ type, data }));
    expect(seen).toHaveLength(3);
    expect(seen).toEqual(
      expect.arrayContaining([
        { type: 'node.connected', data: { node_id: 'box' } },
        { type: 'node.disconnected', data: { node_id: 'box' } },
        { type: 'tool.executed', data: { conversation_id: 'talk', tool: 'web_search', success: true } },
      ]),
    );
    for (const spy of spies) expect((await get(eve, spy.id)).fire_count).toBe(0);
    expect(await recent(eve)).toEqual([]);
  });

  it('of someone else does not exist', async () => {
    const ada = await harness.person();
    const { id: rule_id } = await harness.eventRule(ada);
    for (const stranger of [bob, { ...ada, tenant: 'another' }]) {
      const calls = [
        () => get(stranger, rule_id),
        () => harness.call(automation.updateEventRule, stranger, { rule_id, name: 'x' }),
        () => harness.call(automation.deleteEventRule, stranger, { rule_id }),
        () => harness.call(automation.listEventRuleRuns, stranger, { rule_id, limit: 1 }),
      ];
      for (const call of calls) expect(await codeOf(call())).toBe('event_rule_not_found');
    }
  });

  it('stops when it causes its own events, after 120 times in an hour', async () => {
    const ada = await harness.person();
    const { id } = await harness.eventRule(ada);
    await harness.query(
      `insert into queue_job (id, tenant_id, user_id, job_id, type, payload, status, ended_at)
       select 'loop' || n, $1, $2, $3, 'log', '{}', 'completed', now() from generate_series(1, 119) n`,
      [ada.tenant, ada.user, id],
    );
    for (let n = 0; n < 3; n++) await knock(ada);
    expect(await get(ada, id)).toMatchObject({ fire_count: 1 });
  });

  it('names what is wrong with it, and is one of as many as a person may have', async () => {
    const faults: [object, string[]][] = [
      [{ name: 'x'.repeat(201) }, ['name']],
      [{ event_type: 'mail.read' }, ['event_type']],
      [{ action: 'dance' }, ['action']],
      [{ action: 'run_agent' }, ['action_config', 'message']],
      [{ filters: [] }, ['filters']],
    ];
    for (const [more, loc] of faults)
      expect((await problemOf(harness.eventRule(bob, more))).body).toMatchObject({ code: 'invalid_input', detail: [{ loc }] });
    const eve = await harness.person();
    await harness.query(
      `insert into job (id, tenant_id, user_id, name, trigger, event_type, action)
       select 'rules' || n, $1, $2, 'r', 'event', 'cron.fired', 'log' from generate_series(1, 200) n`,
      [eve.tenant, eve.user],
    );
    expect(await codeOf(harness.eventRule(eve))).toBe('too_many_event_rules');
  });
});
