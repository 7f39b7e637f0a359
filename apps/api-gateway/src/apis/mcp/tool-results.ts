import { isObject, isRefusal } from '@skep/contracts';
import type { CallResult } from '@skep/contracts/kernel';
import type { CallToolResult } from '@modelcontextprotocol/server';
import { textOf } from './json-rpc-errors.js';

/** A tool's failure, which its caller can read and act on. */
export const failure = (text: string, code?: string, more: object = {}): CallToolResult => ({
  isError: true,
  content: [{ type: 'text', text }],
  ...(code && { _meta: { 'skep/errorCode': code, ...more } }),
});

/** What a refused request tells the caller of a tool. @throws other errors */
export function toFailure(error: unknown): CallToolResult {
  if (!isRefusal(error)) throw error;
  return failure(textOf(error.body), error.body.code.toUpperCase());
}

/** The result of a call: what the function returned as JSON, also as text for clients that read no structured content. */
export function toToolResult(result: CallResult): CallToolResult {
  const { status, data, data_format, error, error_code, task_id, summary, ui, refresh_panels } = result;
  // The result of a tool of an MCP server, also of one that failed, passes as it is.
  if (data_format === 'mcp') return data as CallToolResult;
  if (status === 'error') return failure(error ?? 'The call failed.', error_code);
  const value = task_id === undefined ? data : { task_id, ...(isObject(data) && data) };
  return {
    content: [{ type: 'text', text: JSON.stringify(value ?? null) }],
    ...(isObject(value) && { structuredContent: value }),
    ...((ui || summary || refresh_panels) && { _meta: { 'skep/result': { summary, ui, refresh_panels } } }),
  };
}
