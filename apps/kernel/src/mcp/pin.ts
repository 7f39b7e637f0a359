import { createHash } from 'node:crypto';
import { isObject, type Json, type JsonObject } from '../ir/ir.js';

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

/** JSON with sorted keys. Absent values are left out. */
function canonicalJson(value: Json | Record<string, Json | undefined>): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, child]) => `${JSON.stringify(key)}:${canonicalJson(child as Json)}`).join()}}`;
}
