import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { openAiDoor, type OpenAiDoor, reset } from './openai-door.js';

let door: OpenAiDoor;

const asked = { model: 'mine/usual', input: 'Bees?' };
const find = {
  type: 'function' as const,
  name: 'find',
  description: 'Finds.',
  parameters: { type: 'object', properties: {} },
  strict: false,
};

const errorOf = (answer: PromiseLike<unknown>) =>
  Promise.resolve(answer).then(
    () => undefined,
    (error: unknown) => error,
  );

beforeAll(async () => void (door = await openAiDoor()));
beforeEach(() => reset(door.model));
afterAll(() => door?.close());

describe('responses, with the client of OpenAI', () => {
  it('answer a text, and are not kept', async () => {
    const { openai, model } = door;
    const response = await openai.responses.create({ ...asked, instructions: 'Be brief.', temperature: 0, metadata: { topic: 'bees' } });
    expect(response).toMatchObject({
      ...{ object: 'response', status: 'completed', model: 'mine/usual', store: false, previous_response_id: null, error: null },
      ...{ output_text: 'Bees are hairy.', instructions: 'Be brief.', metadata: { topic: 'bees' } },
      usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 },
    });
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Bees?' },
    ];
    expect(model.asked[0]).toMatchObject({ model: 'usual', temperature: 0, messages });
    expect(await openai.responses.create({ ...asked, store: false })).toMatchObject({ store: false });
    expect(await errorOf(openai.responses.retrieve(response.id))).toMatchObject({ status: 404 });
  });

  it('come in events, in the order of OpenAI’s', async () => {
    door.model.pauseMs = 1;
    const types: string[] = [];
    const numbers: number[] = [];
    let text = '';
    for await (const event of await door.openai.responses.create({ ...asked, stream: true })) {
      types.push(event.type);
      numbers.push(event.sequence_number);
      if (event.type === 'response.output_text.delta') text += event.delta;
      if (event.type === 'response.completed') expect(event.response).toMatchObject({ status: 'completed', usage: { total_tokens: 15 } });
    }
    expect(text).toBe('Bees are hairy.');
    expect(numbers).toEqual(types.map((_, n) => n));
    expect([...new Set(types)]).toEqual([
      ...['response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added'],
      ...['response.output_text.delta', 'response.output_text.done', 'response.content_part.done', 'response.output_item.done'],
      'response.completed',
    ]);
  });

  it('call functions, whole and in events, and take their results', async () => {
    const { openai, model } = door;
    model.calls = { name: 'find', args: { what: 'bees' } };
    const whole = await openai.responses.create({ ...asked, tools: [find], tool_choice: { type: 'function', name: 'find' } });
    expect(whole.output).toMatchObject([{ type: 'function_call', call_id: 'call_1', name: 'find', arguments: '{"what":"bees"}' }]);
    expect(model.asked[0]).toMatchObject({ tools: [{ function: { name: 'find' } }], tool_choice: 'required' });

    const stream = openai.responses.stream({ ...asked, tools: [find] });
    let args = '';
    stream.on('response.function_call_arguments.delta', ({ delta }) => void (args += delta));
    const { output } = await stream.finalResponse();
    expect(args).toBe('{"what":"bees"}');
    expect(output).toMatchObject([{ type: 'function_call', name: 'find', arguments: args }]);

    const input = [
      { role: 'user' as const, content: 'Bees?' },
      ...whole.output,
      { type: 'function_call_output' as const, call_id: 'call_1', output: 'They are hairy.' },
    ] as OpenAI.Responses.ResponseInput;
    expect((await openai.responses.create({ ...asked, input, tools: [find] })).output_text).toBe('Bees are hairy.');
    expect(model.asked.at(-1)).toMatchObject({
      messages: [
        { role: 'user', content: 'Bees?' },
        { role: 'assistant', tool_calls: [{ id: 'call_1', function: { name: 'find', arguments: '{"what":"bees"}' } }] },
        { role: 'tool', tool_call_id: 'call_1', content: 'They are hairy.' },
      ],
    });
  });

  it('are those of an agent too, with its own tools', async () => {
    const { openai, skep, ada, model } = door;
    const agent = { id: 'bee-keeper', name: 'Bee keeper', type: 'helper', system_prompt: 'You keep bees.' };
    await skep.http('POST', '/api/agents', { token: ada.access, body: agent });
    const asAgent = { ...asked, model: 'agent:bee-keeper' };
    expect((await openai.responses.create(asAgent)).output_text).toBe('Bees are hairy.');
    expect(JSON.stringify(model.asked.at(-1))).toContain('You keep bees.');
    expect((await openai.responses.stream(asAgent).finalResponse()).output_text).toBe('Bees are hairy.');
    expect(await errorOf(openai.responses.create({ ...asAgent, tools: [find] }))).toMatchObject({ status: 422, param: 'tools' });
    expect(await errorOf(openai.responses.create({ ...asAgent, input: [{ role: 'assistant', content: 'x' }] }))).toMatchObject({
      ...{ status: 422, param: 'input' },
    });
    const bob = door.clientOf((await skep.signUpUser()).access);
    expect(await errorOf(bob.responses.create(asAgent))).toMatchObject({ status: 404, code: 'agent_not_found' });
    expect(await errorOf(bob.responses.create(asked))).toMatchObject({ status: 404, code: 'model_not_found' });
    model.mood = 401;
    expect(await errorOf(openai.responses.create(asAgent))).toMatchObject({ status: 502, code: 'llm_provider_error' });
  });

  it('are refused with the field at fault', async () => {
    const { openai } = door;
    const refused: [OpenAI.Responses.ResponseCreateParamsNonStreaming, string][] = [
      [{ ...asked, previous_response_id: 'resp_1' }, 'previous_response_id'],
      [{ ...asked, conversation: 'conv_1' }, 'conversation'],
      [{ ...asked, background: true }, 'background'],
      [{ ...asked, prompt: { id: 'pmpt_1' } }, 'prompt'],
      [{ ...asked, input: [] }, 'input'],
      [{ ...asked, text: { format: { type: 'json_object' } } }, 'text.format.type'],
      [{ ...asked, input: [{ type: 'item_reference', id: 'x' }] }, 'input.0.type'],
      [{ ...asked, input: [{ type: 'function_call_output', call_id: 'c', output: 5 as never }] }, 'input.0.output'],
      [{ ...asked, input: [{ role: 'user', content: [{ type: 'input_image', detail: 'auto' }] }] }, 'input.0.content'],
      [{ ...asked, tools: [find], tool_choice: { type: 'function', name: 'other' } }, 'tool_choice'],
      [{ ...asked, tools: [{ type: 'web_search' }] }, 'tools.0.type'],
    ];
    for (const [request, param] of refused)
      expect([param, await errorOf(openai.responses.create(request))]).toMatchObject([param, { status: 422, param }]);
    expect(await errorOf(door.clientOf('wrong').responses.create(asked))).toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it('say what failed, before their first event and after it', async () => {
    const { openai, model } = door;
    model.mood = 401;
    expect(await errorOf(openai.responses.create({ ...asked, stream: true }))).toMatchObject({ status: 502, code: 'model_key_rejected' });
    model.mood = 'broken';
    expect(await errorOf(openai.responses.stream(asked).finalResponse())).toMatchObject({ code: 'model_unavailable' });
    const read = async () => {
      for await (const { type } of await openai.responses.create({ ...asked, stream: true })) expect(type).not.toBe('response.completed');
    };
    expect(await errorOf(read())).toMatchObject({ code: 'model_unavailable' });
  });
});
