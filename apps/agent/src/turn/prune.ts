import type { ModelMessage } from '@skep/contracts/models';
import type { ContextSettings } from '../runtime/runtime.repository.js';

const CHARACTERS_PER_TOKEN = 3;
/** The results of the last three answers of the model stay whole. */
const KEPT_ANSWERS = 3;
const LONG = 4_000;
const KEPT_END = 1_500;
const WORTH_TRIMMING = 50_000;
const CLEARED = '[This result was removed, because the context is full. Use the tool again if you need it.]';

export const charactersIn = (tokens: number): number => tokens * CHARACTERS_PER_TOKEN;

const lengthOf = ({ content, tool_calls = [] }: ModelMessage): number =>
  content.length + tool_calls.reduce((sum, call) => sum + call.arguments.length, 0);

/** Shortens old, long results of tools, and removes them once the context is nearly full. */
export function prune(messages: readonly ModelMessage[], settings: ContextSettings): ModelMessage[] {
  const { pruning_enabled, max_context_tokens, soft_trim_ratio, hard_clear_ratio } = settings;
  const fill = messages.reduce((sum, message) => sum + lengthOf(message), 0) / charactersIn(max_context_tokens);
  const answers = messages.flatMap(({ role }, n) => (role === 'assistant' ? [n] : []));
  const before = answers.at(-KEPT_ANSWERS) ?? 0;
  if (!pruning_enabled || fill < soft_trim_ratio) return [...messages];
  const isPrunable = ({ role, content }: ModelMessage, n: number) => role === 'tool' && n < before && content.length > LONG;
  const prunable = messages.filter(isPrunable).reduce((sum, { content }) => sum + content.length, 0);
  if (fill < hard_clear_ratio && prunable < WORTH_TRIMMING) return [...messages];
  const shorten = (text: string) => (fill >= hard_clear_ratio ? CLEARED : `${text.slice(0, KEPT_END)}\n[…]\n${text.slice(-KEPT_END)}`);
  return messages.map((message, n) => (isPrunable(message, n) ? { ...message, content: shorten(message.content) } : message));
}
