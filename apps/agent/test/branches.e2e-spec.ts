import { agent } from '@skep/contracts/agent';
import type { Ctx } from '@skep/platform';
import { codeOf, waitUntil } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type Agents, openAgents } from './agents.js';
import { words } from './scripted-model.js';

let agents: Agents;
let ada: Ctx;
let bob: Ctx;

beforeAll(async () => {
  agents = await openAgents(start);
  [ada, bob] = [await agents.person(), await agents.person()];
});
beforeEach(() => void (agents.model.asked.length = 0));
afterAll(() => agents?.close());

const list = async (conversation_id: string, branch?: string) =>
  (await agents.call(agent.listMessages, ada, { conversation_id, limit: 100, offset: 0, ...(branch && { branch }) })).rows;
const shown = async (talk: string, branch?: string) => (await list(talk, branch)).map(({ content }) => content);
const ended = (run_id: string) => agents.call(agent.waitForTurn, { ...ada, deadline: Date.now() + 30_000 }, { run_id });
const edit = async (conversation_id: string, message_id: string, content: string) =>
  ended((await agents.call(agent.editChat, ada, { conversation_id, message_id, content })).run_id);
const heard = () =>
  agents.model.asked
    .at(-1)!
    .messages.filter(({ role }) => role !== 'system')
    .map(({ content }) => content);
/** A conversation of two questions with their answers. */
const talkOfTwo = async () => {
  const talk = await agents.talk(ada);
  for (const said of ['one', 'two']) await agents.say(ada, talk, said);
  return { talk, messages: await list(talk) };
};

describe('an edited message', () => {
  it('is answered on a branch of its own, and the former one can still be read', async () => {
    const { talk, messages } = await talkOfTwo();
    expect(await edit(talk, messages[2]!.id, 'three')).toMatchObject({ status: 'done', content: 'three' });
    expect(await shown(talk)).toEqual(['one', 'one', 'three', 'three']);
    expect(heard()).toEqual(['one', 'one', 'three']);
    expect(await shown(talk, messages[3]!.id)).toEqual(['one', 'one', 'two', 'two']);
    expect(await agents.call(agent.getConversation, ada, { conversation_id: talk })).toMatchObject({ message_count: 4 });
  });

  it('may be the first one', async () => {
    const { talk, messages } = await talkOfTwo();
    await edit(talk, messages[0]!.id, 'zero');
    expect([await shown(talk), heard()]).toEqual([['zero', 'zero'], ['zero']]);
  });

  it('has versions, and the branch of each can be continued', async () => {
    const { talk, messages } = await talkOfTwo();
    await edit(talk, messages[2]!.id, 'three');
    const { rows } = await agents.call(agent.listVersions, ada, { conversation_id: talk, limit: 50, offset: 0 });
    expect(rows.map(({ content, is_current, parent_id }) => [content, is_current, parent_id])).toEqual([
      ['two', false, messages[1]!.id],
      ['three', true, messages[1]!.id],
    ]);
    const branch = { conversation_id: talk, message_id: messages[2]!.id };
    expect(await agents.call(agent.selectBranch, ada, branch)).toMatchObject({ id: talk, message_count: 4 });
    await agents.say(ada, talk, 'four');
    expect(await shown(talk)).toEqual(['one', 'one', 'two', 'two', 'four', 'four']);
    expect(heard()).toEqual(['one', 'one', 'two', 'two', 'four']);
  });

  it('cancels the turn in progress, whose words stay with the former branch', async () => {
    const { talk, messages } = await talkOfTwo();
    await agents.begin(ada, talk, 'slow 100');
    await waitUntil('the model to be asked', async () => heard().includes('slow 100'));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const [, , , , slow] = await list(talk);
    await edit(talk, slow!.id, 'quick');
    expect(await shown(talk)).toEqual(['one', 'one', 'two', 'two', 'quick', 'quick']);
    const [partial] = (await shown(talk, slow!.id)).slice(5);
    expect([words(100).startsWith(partial!), messages.length]).toEqual([true, 4]);
  });

  it('is one that the person has said', async () => {
    const { talk, messages } = await talkOfTwo();
    const other = await talkOfTwo();
    const edited = (conversation_id: string, message_id: string, content = 'x', who = ada) =>
      codeOf(agents.call(agent.editChat, who, { conversation_id, message_id, content }));
    expect(await edited(talk, messages[1]!.id)).toBe('message_not_found');
    expect(await edited(talk, other.messages[0]!.id)).toBe('message_not_found');
    expect(await edited(talk, messages[0]!.id, 'x', bob)).toBe('conversation_not_found');
    expect(await edited(talk, messages[0]!.id, '')).toBe('invalid_input');
    expect(
      await codeOf(agents.call(agent.editChat, ada, { conversation_id: talk, message_id: messages[0]!.id, content: 'x', agent_id: 'no' })),
    ).toBe('agent_not_found');
    expect(await shown(talk)).toEqual(['one', 'one', 'two', 'two']);
  });
});

describe('an answer that is made again', () => {
  const again = async (conversation_id: string, message_id?: string) =>
    ended((await agents.call(agent.regenerateChat, ada, { conversation_id, ...(message_id && { message_id }) })).run_id);

  it('keeps the former one on its branch', async () => {
    const { talk, messages } = await talkOfTwo();
    await again(talk);
    expect([await shown(talk), heard()]).toEqual([
      ['one', 'one', 'two', 'two'],
      ['one', 'one', 'two'],
    ]);
    const { rows } = await agents.call(agent.listVersions, ada, { conversation_id: talk, limit: 50, offset: 0 });
    expect(rows.map(({ id, is_current }) => [id === messages[3]!.id, is_current])).toEqual([
      [true, false],
      [false, true],
    ]);
  });

  it('may be an earlier one: what followed stays with the former one', async () => {
    const { talk, messages } = await talkOfTwo();
    await again(talk, messages[1]!.id);
    expect([await shown(talk), heard()]).toEqual([['one', 'one'], ['one']]);
    expect(await shown(talk, messages[1]!.id)).toEqual(['one', 'one', 'two', 'two']);
    await again(talk, messages[3]!.id);
    expect([await shown(talk), heard()]).toEqual([
      ['one', 'one', 'two', 'two'],
      ['one', 'one', 'two'],
    ]);
  });

  it('replaces the turn in progress', async () => {
    const talk = await agents.talk(ada);
    await agents.begin(ada, talk, 'slow 40');
    await waitUntil('the model to be asked', async () => agents.model.asked.length > 0);
    await again(talk);
    expect(await shown(talk)).toEqual(['slow 40', words(40)]);
  });

  it('needs a question, and is an answer', async () => {
    const { talk, messages } = await talkOfTwo();
    const made = (conversation_id: string, message_id?: string, who = ada) =>
      codeOf(agents.call(agent.regenerateChat, who, { conversation_id, ...(message_id && { message_id }) }));
    expect(await made(await agents.talk(ada))).toBe('no_turn');
    expect(await made(talk, messages[0]!.id)).toBe('message_not_found');
    expect(await made(talk, undefined, bob)).toBe('conversation_not_found');
    expect(await made(talk, 'x'.repeat(201))).toBe('invalid_input');
  });
});

it('branches of another person, and unknown ones, do not exist', async () => {
  const { talk: conversation_id, messages } = await talkOfTwo();
  const message_id = messages[1]!.id;
  const paging = { limit: 50, offset: 0 };
  expect(await codeOf(agents.call(agent.selectBranch, bob, { conversation_id, message_id }))).toBe('conversation_not_found');
  expect(await codeOf(agents.call(agent.listVersions, bob, { conversation_id, ...paging }))).toBe('conversation_not_found');
  expect(await codeOf(agents.call(agent.listVersions, ada, { conversation_id, limit: 0, offset: 0 }))).toBe('invalid_input');
  const own = await agents.talk(bob);
  expect(await codeOf(agents.call(agent.selectBranch, bob, { conversation_id: own, message_id }))).toBe('message_not_found');
  expect(await codeOf(agents.call(agent.listMessages, bob, { conversation_id: own, branch: message_id, ...paging }))).toBe(
    'message_not_found',
  );
  expect(await codeOf(agents.call(agent.selectBranch, ada, { conversation_id, message_id: 'x'.repeat(201) }))).toBe('invalid_input');
});
