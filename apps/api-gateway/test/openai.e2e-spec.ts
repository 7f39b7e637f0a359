import type { TestUser } from '@skep/testkit';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { openAiDoor, type OpenAiDoor, reset } from './openai-door.js';

let door: OpenAiDoor;
let bob: TestUser;

const say = (content: string) => [{ role: 'user' as const, content }];

beforeAll(async () => {
  door = await openAiDoor();
  bob = await door.skep.signUpUser();
});
beforeEach(() => reset(door.model));
afterAll(() => door?.close());

describe('the client of OpenAI', () => {
  it('gets a completion, with an API key and with an access token', async () => {
    for (const client of [door.openai, door.clientOf(door.ada.access)]) {
      const answer = await client.chat.completions.create({ model: 'mine/usual', messages: say('Bees?'), temperature: 0 });
      expect(answer).toMatchObject({
        ...{ object: 'chat.completion', model: 'mine/usual', usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } },
        choices: [{ index: 0, message: { role: 'assistant', content: 'Bees are hairy.' }, finish_reason: 'stop' }],
      });
    }
    expect(door.model.asked[0]).toMatchObject({ model: 'usual', temperature: 0, messages: say('Bees?') });
  });

  it('gets a completion in pieces, with the usage', async () => {
    const stream = await door.openai.chat.completions.create({
      ...{ model: 'mine/usual', messages: say('Bees?'), stream: true, stream_options: { include_usage: true } },
    });
    let text = '';
    const ends: unknown[] = [];
    for await (const { object, choices, usage } of stream) {
      expect(object).toBe('chat.completion.chunk');
      text += choices[0]?.delta.content ?? '';
      if (choices[0]?.finish_reason) ends.push(choices[0].finish_reason);
      if (usage) ends.push(usage.total_tokens);
    }
    expect([text, ...ends]).toEqual(['Bees are hairy.', 'stop', 15]);
  });

  it('gets only events: one in Python takes anything else for one', async () => {
    for (const [path, more] of Object.entries({ 'chat/completions': { messages: say('Bees?') }, responses: { input: 'Bees?' } })) {
      const body = { model: 'mine/usual', stream: true, ...more };
      const { text } = await door.skep.http('POST', `/api/openai/v1/${path}`, { token: door.ada.access, body });
      const lines = text.split('\n').filter((line) => line && !line.startsWith('event: '));
      expect(lines.filter((line) => !line.startsWith('data: '))).toEqual([]);
    }
  });

  it('passes tools and their results on', async () => {
    const parameters = { type: 'object', properties: {} };
    await door.openai.chat.completions.create({
      model: 'mine/usual',
      tools: [{ type: 'function', function: { name: 'find', description: 'Finds.', parameters } }],
      messages: [
        { role: 'developer', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Bees?' }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 'c1', type: 'function', function: { name: 'find', arguments: '{}' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'They are hairy.' },
      ],
    });
    expect(door.model.asked[0]).toMatchObject({
      tools: [{ function: { name: 'find', parameters } }],
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'Bees?' },
        { role: 'assistant', tool_calls: [{ id: 'c1', function: { name: 'find' } }] },
        { role: 'tool', tool_call_id: 'c1', content: 'They are hairy.' },
      ],
    });
  });

  it('lists models and agents, and asks an agent', async () => {
    const agent = { id: 'bee-keeper', name: 'Bee keeper', type: 'helper', system_prompt: 'You keep bees.' };
    await door.skep.http('POST', '/api/agents', { token: door.ada.access, body: agent });
    const names: string[] = [];
    for await (const { id } of door.openai.models.list()) names.push(id);
    expect(names).toEqual(expect.arrayContaining(['mine/usual', 'mine/better', 'agent:bee-keeper']));
    const answer = await door.openai.chat.completions.create({ model: 'agent:bee-keeper', messages: say('Bees?') });
    expect(answer.choices[0]?.message.content).toBe('Bees are hairy.');
    expect(JSON.stringify(door.model.asked.at(-1))).toContain('You keep bees.');
    expect((await door.skep.http('GET', '/api/conversations', { token: door.ada.access })).json['conversations']).toEqual([]);
    await expect(
      door.clientOf(bob.access).chat.completions.create({ model: 'agent:bee-keeper', messages: say('x') }),
    ).rejects.toMatchObject({
      status: 404,
    });
  });

  it('gets errors that it understands', async () => {
    const errorOf = (client: OpenAI, name: string, more: object = {}) =>
      client.chat.completions.create({ model: name, messages: say('x'), ...more }).then(
        () => undefined,
        (error: unknown) => error,
      );
    expect(await errorOf(door.clientOf('wrong'), 'mine/usual')).toBeInstanceOf(OpenAI.AuthenticationError);
    for (const [client, name] of [
      [door.openai, 'nosuch'],
      [door.openai, 'nosuch/usual'],
      [door.clientOf(bob.access), 'mine/usual'],
    ] as const)
      expect(await errorOf(client, name)).toMatchObject({ status: 404, code: 'model_not_found', type: 'invalid_request_error' });
    const image = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/a.png' } }] }];
    expect(await errorOf(door.openai, 'mine/usual', { messages: image })).toMatchObject({ status: 422, param: 'messages.0.content' });
    expect(await errorOf(door.openai, 'mine/usual', { response_format: { type: 'json_object' } })).toMatchObject({ status: 422 });
    door.model.mood = 401;
    expect(await errorOf(door.openai, 'mine/usual')).toMatchObject({ status: 502, code: 'model_key_rejected' });
    expect(await errorOf(door.openai, 'mine/usual', { stream: true })).toMatchObject({ status: 502, code: 'model_key_rejected' });
  });

  it('learns in its stream that an answer broke off', async () => {
    door.model.mood = 'broken';
    const read = async () => {
      const stream = await door.openai.chat.completions.create({ model: 'mine/usual', messages: say('x'), stream: true });
      let text = '';
      for await (const { choices } of stream) text += choices[0]?.delta.content ?? '';
      return text;
    };
    await expect(read()).rejects.toMatchObject({ code: 'model_unavailable' });
  });

  it('learns that embeddings are not set up', async () =>
    expect(door.openai.embeddings.create({ model: 'any', input: ['a cat'] })).rejects.toMatchObject({
      status: 503,
      code: 'not_configured',
    }));
});
