import { isObject } from '@skep/contracts';
import type { CreateOpenAiResponse } from '@skep/contracts/agent';
import type { MessageRole, ModelMessage } from '@skep/contracts/models';
import { chooseTools, invalid, textOf } from './openai-messages.js';

const ITEMS_MAX = 1_000;
const ROLES: Readonly<Record<string, MessageRole>> = { user: 'user', assistant: 'assistant', system: 'system', developer: 'system' };

/** The conversation of a request of OpenAI’s responses, as our models take it. @throws Problem `invalid_input` for anything but text and functions */
export function toMessagesOf({ input, instructions }: Pick<CreateOpenAiResponse, 'input' | 'instructions'>): ModelMessage[] {
  const items: unknown = typeof input === 'string' ? [{ role: 'user', content: input }] : input;
  if (!Array.isArray(items) || !items.length || items.length > ITEMS_MAX)
    throw invalid(['input'], `must be a text, or a list of 1 to ${ITEMS_MAX} items`);
  const messages: ModelMessage[] = instructions ? [{ role: 'system', content: instructions }] : [];
  items.forEach((item: unknown, n) => addItem(messages, item, n));
  return messages;
}

function addItem(messages: ModelMessage[], item: unknown, n: number): void {
  const { type = 'message', ...fields } = isObject(item) ? item : {};
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string') throw invalid(['input', n, name], 'must be text');
    return value;
  };
  switch (type) {
    case 'message': {
      const role = ROLES[text('role')];
      if (!role) throw invalid(['input', n, 'role'], `must be one of ${Object.keys(ROLES).join(', ')}`);
      return void messages.push({ role, content: textOf(fields['content'], ['input', n, 'content']) });
    }
    case 'function_call': {
      // The calls of one answer are items of their own here, and one message there.
      const call = { id: text('call_id').slice(0, 200), name: text('name').slice(0, 200), arguments: text('arguments') };
      const last = messages.at(-1);
      if (last?.role === 'assistant') last.tool_calls = [...(last.tool_calls ?? []), call];
      else messages.push({ role: 'assistant', content: '', tool_calls: [call] });
      return;
    }
    case 'function_call_output':
      return void messages.push({ role: 'tool', tool_call_id: text('call_id'), content: textOf(fields['output'], ['input', n, 'output']) });
    // Clients send back what other models thought.
    case 'reasoning':
      return;
    default:
      throw invalid(['input', n, 'type'], 'must be message, function_call or function_call_output');
  }
}

/** What the model may call. @throws Problem `invalid_input` */
export function toResponseTools({ tools = [], tool_choice }: Pick<CreateOpenAiResponse, 'tools' | 'tool_choice'>) {
  const all = tools.map(({ name, description = '', parameters = { type: 'object', properties: {} } }) => ({
    name,
    description,
    parameters,
  }));
  return chooseTools(all, tool_choice, isObject(tool_choice) && tool_choice['type'] === 'function' && tool_choice['name']);
}
