import { type ProblemBody, textOfFaults } from '@skep/contracts';
import type { ErrorForm } from '../../http/error-form.js';

// Codes of JSON-RPC 2.0. MCP keeps -32020 to -32099 for itself.
const PARSE_ERROR = -32_700;
const INVALID_REQUEST = -32_600;
const INTERNAL_ERROR = -32_603;
const REFUSED = -32_000;

/** What is wrong, in a sentence. */
export function textOf({ detail, title }: Pick<ProblemBody, 'detail' | 'title'>): string {
  if (typeof detail === 'string') return detail;
  return Array.isArray(detail) ? `${title} ${textOfFaults(detail)}` : title;
}

const isUnreadable = ({ detail }: ProblemBody) => Array.isArray(detail) && detail[0]?.type === 'json_invalid';

function codeOf(problem: ProblemBody): number {
  if (isUnreadable(problem)) return PARSE_ERROR;
  if (problem.status >= 500) return INTERNAL_ERROR;
  return [400, 413, 415, 422].includes(problem.status) ? INVALID_REQUEST : REFUSED;
}

/** Errors that arise before a message reaches the MCP server: as JSON-RPC, without an id. */
export const jsonRpcErrors: ErrorForm = {
  name: 'JsonRpcError',
  contentType: 'application/json; charset=utf-8',
  statusOf: ({ status }) => (status === 422 ? 400 : status),
  bodyOf: (problem) => ({
    jsonrpc: '2.0',
    id: null,
    error: { code: codeOf(problem), message: textOf(problem), data: { code: problem.code, instance: problem.instance } },
  }),
  schemaOf: () => ({ $ref: '#/components/schemas/JsonRpcError' }),
  schemas: {
    JsonRpcError: {
      type: 'object',
      title: 'JsonRpcError',
      description: 'A JSON-RPC error.',
      properties: {
        jsonrpc: { type: 'string', const: '2.0' },
        id: { description: 'The id of the request, or null if it could not be read.' },
        error: {
          type: 'object',
          properties: {
            code: { type: 'integer', description: 'The code of JSON-RPC or MCP.' },
            message: { type: 'string', description: 'What is wrong.' },
            data: { type: 'object', additionalProperties: true, description: 'More for programs.' },
          },
          required: ['code', 'message'],
        },
      },
      required: ['jsonrpc', 'id', 'error'],
    },
  },
};
