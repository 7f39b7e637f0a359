import { agent } from '@skep/contracts/agent';
import { type Ctx, newCtx } from '@skep/platform';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { start } from '../src/main.js';
import { type Agents, openAgents } from './agents.js';

let agents: Agents;
let ada: Ctx;

beforeAll(async () => {
  agents = await openAgents(start);
  ada = await agents.person();
  // 500 tokens for messages: 1,500 characters.
  await agents.call(agent.updateRuntime, ada, { max_context_tokens: 1_000, max_history_share: 0.5, reserve_tokens_floor: 1_000 });
});
beforeEach(() => {
  agents.model.asked.length = 0;
  agents.model.fails = undefined;
});
afterAll(() => agents?.close());

const text = (content: unknown) => (typeof content === 'string' ? content : JSON.stringify(content));
const heard = () => agents.model.asked.at(-1)!.messages.map(({ role, content }) => [role, text(content)] as const);
const summaries = () => agents.model.asked.filter(({ messages }) => text(messages.at(-1)!.content).includes('Summarise:'));
const long = (word: string) => `${word} `.repeat(80).trim();
const fill = async (...said: string[]) => {
  const talk = await agents.talk(ada);
  for (const each of said) await agents.say(ada, talk, long(each));
  return talk;
};

describe('a summary', () => {
  it('stands for the oldest messages of a long conversation, after the system prompt', async () => {
    const talk = await fill('apple', 'berry');
    expect(summaries()).toEqual([]);
    await agents.say(ada, talk, long('cherry'));
    expect(text(summaries()[0]!.messages.at(-1)!.content)).toContain('user: apple apple');
    const [[system, instructions], [role, summary], ...rest] = heard() as [readonly [string, string], readonly [string, string]];
    expect([system, role]).toEqual(['system', 'user']);
    expect(instructions).toContain('You are Default Agent');
    expect(summary).toMatch(/^<summary>\nsummary of \d+ characters\n<\/summary>$/);
    expect(JSON.stringify(rest)).not.toContain('apple');
    expect((rest as (readonly [string, string])[]).at(-1)).toEqual(['user', long('cherry')]);
    expect((await agents.said(ada, talk)).length).toBe(6);
  });

  it('is made again of itself and what followed', async () => {
    const talk = await fill('apple', 'berry', 'cherry', 'date', 'elder', 'fig');
    const asked = summaries().map(({ messages }) => text(messages.at(-1)!.content));
    expect(asked.length).toBeGreaterThan(1);
    expect([asked[1]!.includes('summary of'), asked[1]!.includes('apple')]).toEqual([true, false]);
    await agents.say(ada, talk, 'short');
    expect(heard().filter(([, content]) => content.includes('<summary>\n')).length).toBe(1);
  });

  it('does not stand for what an edit has replaced', async () => {
    const talk = await fill('apple', 'berry', 'cherry');
    const { rows } = await agents.call(agent.listMessages, ada, { conversation_id: talk, limit: 10, offset: 0 });
    const edit = { conversation_id: talk, message_id: rows[0]!.id, content: 'anew' };
    const { run_id } = await agents.call(agent.editChat, ada, edit);
    await agents.call(agent.waitForTurn, { ...ada, deadline: Date.now() + 30_000 }, { run_id });
    expect(heard().filter(([role]) => role === 'user')).toEqual([['user', 'anew']]);
  });

  it('that cannot be made leaves the newest messages', async () => {
    const talk = await agents.talk(ada);
    for (const word of ['apple', 'berry', 'cherry', 'date'])
      await agents.call(agent.addMessage, ada, { conversation_id: talk, role: 'user', content: long(word) });
    agents.model.failsOnce = 400;
    expect(await agents.say(ada, talk, 'short')).toMatchObject({ finish_reason: 'stop' });
    expect(JSON.stringify(heard())).not.toContain('<summary>\\n');
    expect(heard().at(-1)).toEqual(['user', 'short']);
  });

  it('taints its readers, if others wrote a part of what it stands for', async () => {
    const talk = await agents.talk(ada);
    const job = newCtx({ tenant: ada.tenant, user: ada.user, actor: 'service:automation', deadline: Date.now() + 30_000 });
    const said = {
      key: randomUUID(),
      conversation_id: talk,
      content: long('apple'),
      is_outside: true,
      is_for_guest: false,
      approved_tools: [],
    };
    const { run_id } = await agents.call(agent.sayUnattended, job, said);
    await agents.call(agent.waitForTurn, job, { run_id });
    for (const word of ['berry', 'cherry', 'date']) await agents.say(ada, talk, long(word));
    expect(JSON.stringify(heard())).not.toContain('apple');
    expect(await agents.say(ada, talk, 'use links__save {}')).toMatchObject({ finish_reason: 'approval_needed' });
    expect(agents.called).toEqual([]);
    await agents.call(agent.cancelChat, ada, { conversation_id: talk });
  });
});
