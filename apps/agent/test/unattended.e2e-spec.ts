import { agent, type SayUnattended } from '@skep/contracts/agent';
import { type Ctx, newCtx } from '@skep/platform';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { start } from '../src/main.js';
import { type Agents, openAgents } from './agents.js';

let agents: Agents;
let ada: Ctx;
let bob: Ctx;

beforeAll(async () => {
  agents = await openAgents(start);
  [ada, bob] = [await agents.person(), await agents.person()];
});
beforeEach(() => {
  agents.called.length = 0;
  agents.model.asked.length = 0;
});
afterAll(() => agents?.close());

/** A job of a person, as another service runs it: it knows only who they are. */
const jobOf = ({ tenant, user }: Ctx): Ctx => newCtx({ tenant, user, actor: 'service:automation', deadline: Date.now() + 30_000 });
const begin = (who: Ctx, content: string, more: Partial<SayUnattended> = {}) =>
  agents.call(agent.sayUnattended, jobOf(who), {
    key: randomUUID(),
    content,
    is_outside: false,
    is_for_guest: false,
    approved_tools: [],
    ...more,
  });
const answer = async (who: Ctx, content: string, more: Partial<SayUnattended> = {}) =>
  agents.call(agent.waitForTurn, jobOf(who), { run_id: (await begin(who, content, more)).run_id });
const outside = { is_outside: true };

describe('a turn that a service starts', () => {
  it('answers in a new conversation of the person', async () => {
    const { conversation_id, run_id, message_id } = await begin(ada, 'Good morning', { title: 'Every morning' });
    const ended = await agents.call(agent.waitForTurn, jobOf(ada), { run_id });
    const good = { status: 'done', finish_reason: 'stop', needs_approval: null, error: null };
    expect(ended).toEqual({ ...good, message_id, content: 'Good morning' });
    expect(await agents.call(agent.getConversation, ada, { conversation_id })).toMatchObject({ title: 'Every morning', message_count: 2 });
  });

  it('happens once for a key, which is the person’s own', async () => {
    const key = randomUUID();
    const [first, again] = [await begin(ada, 'once', { key }), await begin(ada, 'once', { key })];
    expect(again).toEqual(first);
    expect((await begin(bob, 'once', { key })).conversation_id).not.toBe(first.conversation_id);
    await agents.call(agent.waitForTurn, jobOf(ada), { run_id: first.run_id });
    expect((await agents.said(ada, first.conversation_id)).map(({ role }) => role)).toEqual(['user', 'assistant']);
  });

  it('uses tools with effects at once if nobody else wrote what is said', async () => {
    expect(await answer(ada, 'use links__save {}')).toMatchObject({ status: 'done', finish_reason: 'stop' });
    expect(agents.called.map(({ name }) => name)).toEqual(['save']);
  });

  it('for a guest has no tools, and no memory or files of the person', async () => {
    await agents.call(agent.writeWorkspaceFile, ada, { filename: 'USER.md', content: 'Ada lives in Bern.' });
    await agents.call(agent.writeWorkspaceFile, ada, { filename: 'SOUL.md', content: 'You are kind.' });
    await answer(ada, 'use links__list {}', { ...outside, is_for_guest: true });
    await answer(ada, 'use links__list {}', outside);
    const [guest, own] = [agents.model.asked[0]!, agents.model.asked.at(-1)!].map((asked) => JSON.stringify(asked));
    expect([guest!.includes('You are kind.'), guest!.includes('Bern'), guest!.includes('memory_search')]).toEqual([true, false, false]);
    expect([own!.includes('You are kind.'), own!.includes('Bern'), own!.includes('memory_search')]).toEqual([true, true, true]);
    expect(agents.called.map(({ name }) => name)).toEqual(['list']);
  });

  it('ends where it would need an approval, and says so', async () => {
    const ended = await answer(ada, 'use links__list {} then links__save {}', outside);
    expect(ended).toMatchObject({ status: 'done', finish_reason: 'approval_needed', needs_approval: 'links__save' });
    expect(ended.content).toContain('I have stopped before using links__save');
    expect(agents.called.map(({ name }) => name)).toEqual(['list']);
  });

  it('uses tools that the job or the agent has approved', async () => {
    expect(await answer(ada, 'use links__save {}', { ...outside, approved_tools: ['links__save'] })).toMatchObject({
      finish_reason: 'stop',
    });
    const clerk = { id: 'clerk', name: 'Clerk', type: 'x', enabled: true, default_provider_params: {}, approved_tools: ['links__save'] };
    expect(await agents.call(agent.createAgent, ada, clerk)).toMatchObject({ approved_tools: ['links__save'] });
    expect(await answer(ada, 'use links__save {}', { ...outside, agent_id: 'clerk' })).toMatchObject({ finish_reason: 'stop' });
    await agents.call(agent.updateAgent, ada, { agent_id: 'clerk', approved_tools: [] });
    expect(await answer(ada, 'use links__save {}', { ...outside, agent_id: 'clerk' })).toMatchObject({ finish_reason: 'approval_needed' });
    expect(agents.called.length).toBe(2);
  });

  it('may do no more than the job', async () => {
    expect((await answer(ada, 'use links__save {}', { scopes: ['agent:use'] })).content).toBe('use links__save {}');
    expect(await codeOf(begin(ada, 'x', { scopes: [] }))).toBe('forbidden');
    expect(agents.called).toEqual([]);
  });

  it('taints what is said later in its conversation', async () => {
    const { conversation_id, run_id } = await begin(ada, 'hello from far away', outside);
    await agents.call(agent.waitForTurn, jobOf(ada), { run_id });
    expect(await agents.say(ada, conversation_id, 'use links__save {}')).toMatchObject({ finish_reason: 'approval_needed' });
    expect(agents.called).toEqual([]);
    await agents.call(agent.cancelChat, ada, { conversation_id });
  });

  it('gives a subagent its taint', async () => {
    await answer(ada, 'use subagent_spawn {"task":"use links__save \\u007b\\u007d"}', outside);
    const ended = () => agents.call(agent.listSubagents, ada, { limit: 10 });
    await waitUntil('the subagent to end', async () => (await ended()).sessions.some(({ status }) => status === 'completed'));
    expect(agents.called).toEqual([]);
  });

  it('needs a conversation and an agent of the person', async () => {
    const conversation_id = await agents.talk(bob);
    expect(await codeOf(begin(ada, 'x', { conversation_id }))).toBe('conversation_not_found');
    expect(await codeOf(begin(ada, 'x', { agent_id: 'nobody' }))).toBe('agent_not_found');
    expect(await codeOf(begin(ada, ''))).toBe('invalid_input');
  });

  it('of another person is not found', async () => {
    const { run_id } = await begin(ada, 'x');
    expect(await codeOf(agents.call(agent.waitForTurn, jobOf(bob), { run_id }))).toBe('turn_not_found');
  });

  it('that lasts longer than its caller waits is still running', async () => {
    const { run_id } = await begin(ada, 'slow 60');
    const hasty = { ...jobOf(ada), deadline: Date.now() + 1_000 };
    expect(await agents.call(agent.waitForTurn, hasty, { run_id })).toMatchObject({ status: 'running', finish_reason: '' });
  });
});
