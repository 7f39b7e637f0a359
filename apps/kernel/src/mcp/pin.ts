import { canonicalJson } from '@skep/contracts';
import { createHash } from 'node:crypto';
import type { JsonObject } from '../ir/ir.js';

/** A tool as an MCP server lists it. */
export interface McpTool {
  name: string;
  title?: string;
  description?: string;
  inputSchema: JsonObject;
  outputSchema?: JsonObject;
  annotations?: JsonObject;
}

/** The hash of what a reviewer sees of a tool, and a model reads. The order of keys is no difference. */
export function pinOf({ name, description, inputSchema, outputSchema, annotations }: McpTool): string {
  const definition = { name, description, inputSchema, outputSchema, annotations };
  return `sha256:${createHash('sha256').update(canonicalJson(definition)).digest('hex')}`;
}
