import { agent, type ExportFormat } from '@skep/contracts/agent';
import { type Ctx, newCtx } from '@skep/platform';
import { codeOf } from '@skep/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../src/main.js';
import { type Agents, openAgents } from './agents.js';

let agents: Agents;
let ada: Ctx;
let bob: Ctx;

beforeAll(async () => {
  agents = await openAgents(start, { SKEP_PUBLIC_URL: 'https://skep.example.com/' });
  [ada, bob] = [await agents.person(), await agents.person()];
});
afterAll(() => agents?.close());

const talkOf = async (...said: string[]) => {
  const talk = await agents.talk(ada);
  for (const each of said) await agents.say(ada, talk, each);
  return talk;
};

describe('an exported conversation', () => {
  const exported = async (conversation_id: string, format: ExportFormat, who = ada) => {
    const { content, ...file } = await agents.call(agent.exportConversation, who, { conversation_id, format });
    return { ...file, text: Buffer.from(content, 'base64').toString() };
  };

  it('is JSON', async () => {
    const talk = await talkOf('one');
    const { text, ...file } = await exported(talk, 'json');
    expect(file).toEqual({ name: `conversation-${talk}.json`, media_type: 'application/json' });
    expect(JSON.parse(text)).toMatchObject({
      ...{ id: talk, title: 'one' },
      messages: [
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'one', model: 'scripted' },
      ],
    });
  });

  it('is Markdown', async () => {
    const { text, ...file } = await exported(await talkOf('one'), 'markdown');
    expect(file.media_type).toBe('text/markdown; charset=utf-8');
    expect(text).toMatch(/^# one\n\n## You, 20\S+Z\n\none\n\n## Assistant, 20\S+Z\n\none\n$/);
  });

  it('is one’s own, not too large, and in a form that exists', async () => {
    const talk = await talkOf('one');
    expect(await codeOf(exported(talk, 'json', bob))).toBe('conversation_not_found');
    expect(await codeOf(exported(talk, 'pdf' as ExportFormat))).toBe('invalid_input');
    for (let n = 0; n < 5; n += 1)
      await agents.call(agent.addMessage, ada, { conversation_id: talk, role: 'user', content: 'x'.repeat(450_000) });
    expect(await codeOf(exported(talk, 'json'))).toBe('answer_too_large');
  });
});

describe('the link of a conversation', () => {
  const share = (conversation_id: string, who = ada) => agents.call(agent.shareConversation, who, { conversation_id });
  const read = (token: string) => agents.call(agent.readSharedConversation, newCtx(), { token });

  it('shows what was said until it was made, to everyone who has it', async () => {
    const talk = await talkOf('one');
    await agents.call(agent.addMessage, ada, { conversation_id: talk, role: 'system', content: 'instructions' });
    const { token, url, shared_at } = await share(talk);
    expect(url).toBe(`https://skep.example.com/api/shared/${token}`);
    await agents.say(ada, talk, 'later');
    const message = { content: 'one', created_at: expect.any(Date) };
    expect(await read(token)).toEqual({
      ...{ title: 'one', shared_at },
      messages: [
        { role: 'user', ...message },
        { role: 'assistant', ...message },
      ],
    });
    expect(await agents.call(agent.getConversation, ada, { conversation_id: talk })).toMatchObject({ shared_at });
    expect(JSON.stringify(await agents.query('select * from conversation where id = $1', [talk]))).not.toContain(token);
  });

  it('stops working once the conversation is not shared any more, or is shared again', async () => {
    const conversation_id = await talkOf('one');
    const first = await share(conversation_id);
    const second = await share(conversation_id);
    expect([await codeOf(read(first.token)), (await read(second.token)).title]).toEqual(['conversation_not_found', 'one']);
    expect(await agents.call(agent.unshareConversation, ada, { conversation_id })).toMatchObject({ shared_at: null });
    expect(await codeOf(read(second.token))).toBe('conversation_not_found');
    const third = await share(conversation_id);
    await agents.call(agent.deleteConversation, ada, { conversation_id });
    expect(await codeOf(read(third.token))).toBe('conversation_not_found');
  });

  it('is made and revoked by its owner only', async () => {
    const conversation_id = await talkOf('one');
    const { token } = await share(conversation_id);
    expect(await codeOf(share(conversation_id, bob))).toBe('conversation_not_found');
    expect(await codeOf(agents.call(agent.unshareConversation, bob, { conversation_id }))).toBe('conversation_not_found');
    expect([(await read(token)).title, await codeOf(read('guess')), await codeOf(read(''))]).toEqual([
      ...['one', 'conversation_not_found', 'invalid_input'],
    ]);
    expect(await codeOf(share('x'.repeat(201)))).toBe('invalid_input');
  });
});
