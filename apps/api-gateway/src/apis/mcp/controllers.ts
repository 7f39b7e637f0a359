import {
  BadRequest,
  Forbidden,
  HeadersTooLarge,
  Internal,
  NotFound,
  TooLarge,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  UnsupportedMediaType,
} from '@skep/contracts';
import type { ProblemAnswers } from '../../openapi/answers.js';
import type { Json } from '../../openapi/json.js';

const PROBLEMS = [
  ...[BadRequest, Unauthenticated, Forbidden, NotFound, TooLarge, UnsupportedMediaType, TooManyRequests, HeadersTooLarge],
  ...[Internal, Unavailable],
];
const MESSAGE = { type: 'object', description: 'A JSON-RPC message.', additionalProperties: true };
const EXAMPLE = { jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} };

const operation = (problems: ProblemAnswers, operationId: string, what: string, parameters: Json[]): Json => ({
  operationId,
  summary: what,
  description: 'Takes one JSON-RPC message of MCP. Requires the scope `mcp:tools`. See the documentation of MCP clients.',
  tags: ['mcp'],
  security: [{ mcpToken: ['mcp:tools'] }, { apiKey: ['mcp:tools'] }],
  parameters,
  requestBody: { required: true, content: { 'application/json': { schema: MESSAGE, example: EXAMPLE } } },
  responses: {
    200: {
      description: 'The answer, or a stream of messages.',
      content: { 'application/json': { schema: MESSAGE }, 'text/event-stream': { schema: { type: 'string' } } },
    },
    202: { description: 'A notification was taken.' },
    ...problems.byStatus(PROBLEMS),
  },
});

const APP_ID = { name: 'app_id', in: 'path', required: true, schema: { type: 'string' }, description: 'Id of an app that you have.' };

/** The addresses of the MCP server. */
export const controllers = (problems: ProblemAnswers): Record<string, Record<string, Json>> => ({
  '/mcp': { post: operation(problems, 'callMcp', 'The functions of all your apps as tools', []) },
  '/mcp/{app_id}': { post: operation(problems, 'callMcpOfApp', 'The functions of one app as tools', [APP_ID]) },
});
