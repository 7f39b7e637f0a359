import { type Fault, InvalidInput, isObject } from '@skep/contracts';
import type { CreateChatCompletion, OpenAiMessage } from '@skep/contracts/agent';
import { randomUUID } from 'node:crypto';
import type { CompletionRequest, MessageRole, ModelMessage, ModelTool, ModelToolCall, ToolChoice } from '@skep/contracts/models';

const TEXT_MAX = 400_000;

/** A new id as OpenAI has them. @param kind what it begins with, such as `resp_` */
export const newId = (kind: string): string => kind + randomUUID().replaceAll('-', '');

/** A fault of a request in a form that its class does not describe. */
export const invalid = (loc: Fault['loc'], msg: string) => InvalidInput([{ loc, msg, type: 'value_error' }]);

/** The messages as our models take them. @throws Problem `invalid_input` for anything but text */
export const toMessages = (messages: readonly OpenAiMessage[]): ModelMessage[] =>
  messages.map(({ role, content, tool_calls, tool_call_id }, n) => ({
    role: (role === 'developer' ? 'system' : role) as MessageRole,
    content: textOf(content, ['messages', n, 'content']),
    ...(Array.isArray(tool_calls) &&
      tool_calls.length && { tool_calls: tool_calls.map((call) => toCall(call, ['messages', n, 'tool_calls'])) }),
    ...(tool_call_id && { tool_call_id }),
  }));

/** The words of a message, or of its parts. @throws Problem `invalid_input` for anything but text */
export function textOf(content: unknown, loc: Fault['loc']): string {
  if (content === null || content === undefined) return '';
  const parts = typeof content === 'string' ? [content] : Array.isArray(content) ? content.map((part) => partOf(part, loc)) : undefined;
  const text = parts?.join('');
  if (text === undefined) throw invalid(loc, 'must be text, or a list of parts with text');
  if (text.length > TEXT_MAX) throw invalid(loc, `must have at most ${TEXT_MAX} characters`);
  return text;
}

function partOf(part: unknown, loc: Fault['loc']): string {
  if (isObject(part) && typeof part['text'] === 'string') return part['text'];
  throw invalid(loc, 'must be text; images, audio and files are not supported');
}

function toCall(call: unknown, loc: Fault['loc']): ModelToolCall {
  const called = isObject(call) && isObject(call['function']) ? call['function'] : undefined;
  const [id, name, args] = [isObject(call) ? call['id'] : undefined, called?.['name'], called?.['arguments'] ?? ''];
  if (typeof id !== 'string' || typeof name !== 'string' || typeof args !== 'string') throw invalid(loc, 'must have an id and a function');
  return { id: id.slice(0, 200), name: name.slice(0, 200), arguments: args };
}

/** What the model may call. @throws Problem `invalid_input` */
export function toTools({ tools = [], tool_choice }: Pick<CreateChatCompletion, 'tools' | 'tool_choice'>) {
  const all = tools.map(({ function: { name, description, parameters } }) => ({ name, description, parameters }));
  return chooseTools(all, tool_choice, isObject(tool_choice) && isObject(tool_choice['function']) && tool_choice['function']['name']);
}

/** The functions, and whether one must be called. Of one named function, only that one is offered. @throws Problem `invalid_input` */
export function chooseTools(all: ModelTool[], tool_choice: unknown, named: unknown): Pick<CompletionRequest, 'tools' | 'tool_choice'> {
  if (!all.length) return {};
  if (tool_choice === null || tool_choice === undefined) return { tools: all };
  if (['auto', 'none', 'required'].includes(String(tool_choice))) return { tools: all, tool_choice: tool_choice as ToolChoice };
  const chosen = all.filter(({ name }) => name === named);
  if (!chosen.length) throw invalid(['tool_choice'], 'must be auto, none, required, or one of the tools');
  return { tools: chosen, tool_choice: 'required' as const };
}

/** What is passed on to the provider as it is. */
export function toProviderParams(params: Record<string, unknown>): Pick<CompletionRequest, 'provider_params'> {
  const given = Object.entries(params).filter(([, value]) => value !== undefined && value !== null);
  return given.length ? { provider_params: Object.fromEntries(given) } : {};
}

/** Why an answer ended, as OpenAI says it. */
export const finishReason = (stop_reason: string): string =>
  ({ length: 'length', 'content-filter': 'content_filter', 'tool-calls': 'tool_calls' })[stop_reason] ?? 'stop';

export const toOpenAiCalls = (calls: readonly ModelToolCall[]) =>
  calls.map(({ id, name, arguments: args }) => ({ id, type: 'function', function: { name, arguments: args } }));
