import { InvalidInput } from '@skep/contracts';
import type { CallToolResult, Tool } from '@modelcontextprotocol/server';

/** What `?tools=search` lists instead of all tools: a client with many of them finds the few that it needs. */
export const SEARCH_TOOLS: readonly Tool[] = [
  {
    name: 'search_tools',
    description: 'Finds the tools whose name or description has the words of a query. Call what it finds with call_tool.',
    inputSchema: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'Words of the name or the description; empty for all tools.', maxLength: 500 },
        limit: { type: 'integer', description: 'Number of tools to return.', minimum: 1, maximum: 50, default: 10 },
      },
      required: ['query'],
    },
    annotations: { title: 'Search tools', readOnlyHint: true },
  },
  {
    name: 'call_tool',
    description: 'Calls a tool that search_tools has found.',
    inputSchema: {
      type: 'object',
      properties: {
        name: { type: 'string', description: 'Name of the tool.' },
        arguments: { type: 'object', description: 'Its arguments, as its inputSchema says.', additionalProperties: true },
      },
      required: ['name'],
    },
    annotations: { title: 'Call a tool', readOnlyHint: false },
  },
];

const LIMIT = 10;
const LIMIT_MAX = 50;
const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** The tools with the most words of the query, in a stable order. @throws Problem `invalid_input` */
export function searchTools(tools: readonly Tool[], { query, limit = LIMIT }: Readonly<Record<string, unknown>>): CallToolResult {
  if (typeof query !== 'string' || query.length > 500)
    throw InvalidInput([{ loc: ['query'], msg: 'Must be a text of at most 500 characters', type: 'is_string' }]);
  if (!Number.isInteger(limit) || (limit as number) < 1 || (limit as number) > LIMIT_MAX)
    throw InvalidInput([{ loc: ['limit'], msg: `Must be an integer from 1 to ${LIMIT_MAX}`, type: 'is_int' }]);
  const words = [...new Set(wordsOf(query))];
  const scored = tools.map((tool) => ({ tool, score: scoreOf(tool, words) })).filter(({ score }) => score > 0 || !words.length);
  const found = scored
    .sort((a, b) => b.score - a.score)
    .slice(0, limit as number)
    .map(({ tool }) => tool);
  return { content: [{ type: 'text', text: JSON.stringify({ tools: found }) }], structuredContent: { tools: found } };
}

/** A word counts in the description once, at its beginning or whole, and in the name twice. */
function scoreOf({ name, description = '' }: Tool, words: readonly string[]): number {
  const [inName, inText] = [wordsOf(name.replaceAll('_', ' ')), wordsOf(description)];
  const has = (texts: readonly string[], word: string) => texts.some((text) => text.startsWith(word));
  return words.reduce((score, word) => score + (has(inName, word) ? 2 : 0) + (has(inText, word) ? 1 : 0), 0);
}

/** The call in a call of `call_tool`. @throws Problem `invalid_input` */
export function unwrap({ name, arguments: args = {} }: Readonly<Record<string, unknown>>): {
  name: string;
  arguments: Record<string, unknown>;
} {
  if (typeof name !== 'string') throw InvalidInput([{ loc: ['name'], msg: 'Must be the name of a tool', type: 'is_string' }]);
  if (typeof args !== 'object' || args === null || Array.isArray(args))
    throw InvalidInput([{ loc: ['arguments'], msg: 'Must be an object', type: 'is_object' }]);
  return { name, arguments: args as Record<string, unknown> };
}
