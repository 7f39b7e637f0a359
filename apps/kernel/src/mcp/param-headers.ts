import { isObject, type Json, type JsonObject } from '../ir/ir.js';

/**
 * An argument of a tool that the server wants in a header as well, so that what stands before it can route by it (MCP 2026-07-28, Streamable HTTP,
 * `x-mcp-header`).
 */
interface ParamHeader {
  name: string;
  /** Where the argument is. */
  path: readonly string[];
}

const KEYWORD = 'x-mcp-header';
const PREFIX = 'Mcp-Param-';
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const TYPES: readonly unknown[] = ['string', 'integer', 'boolean'];
/** Keywords whose values are data, not schemas. */
const DATA: readonly string[] = ['default', 'const', 'enum', 'examples'];
const PLAIN = /^[\t\x20-\x7e]+$/;
const ENCODED = /^=\?base64\?.*\?=$/;

/** Undefined if the schema asks for headers in a way that the protocol forbids: then the tool must not be used. */
export function paramHeadersOf(schema: JsonObject): readonly ParamHeader[] | undefined {
  const found: ParamHeader[] = [];
  const names = new Set<string>();
  /** @param path undefined where the schema alone does not name one argument, such as below `items` or `anyOf` */
  const isValid = (node: Json | undefined, path: readonly string[] | undefined): boolean => {
    if (Array.isArray(node)) return node.every((child) => isValid(child, undefined));
    if (!isObject(node)) return true;
    const name = node[KEYWORD];
    if (name !== undefined) {
      if (!path?.length || typeof name !== 'string' || !TOKEN.test(name) || !TYPES.includes(node['type'])) return false;
      if (names.has(name.toLowerCase())) return false;
      names.add(name.toLowerCase());
      found.push({ name, path });
    }
    return Object.entries(node).every(([key, child]) => {
      if (DATA.includes(key)) return true;
      if (key !== 'properties' || !isObject(child)) return isValid(child, undefined);
      return Object.entries(child).every(([property, value]) => isValid(value, path && [...path, property]));
    });
  };
  return isValid(schema, []) ? found : undefined;
}

/** The headers for a call. An argument that is left out, or null, has none. */
export function toHeaders(headers: readonly ParamHeader[], params: JsonObject): Record<string, string> {
  return Object.fromEntries(
    headers.flatMap(({ name, path }) => {
      const value = path.reduce<Json | undefined>((node, key) => (isObject(node) ? node[key] : undefined), params);
      const isSent = typeof value === 'string' || typeof value === 'boolean' || Number.isSafeInteger(value);
      return isSent ? [[PREFIX + name, encode(String(value))]] : [];
    }),
  );
}

/** What no header can hold as it is, or would be read as encoded, is encoded. */
function encode(value: string): string {
  const isPlain = PLAIN.test(value) && value === value.trim() && !ENCODED.test(value);
  return isPlain ? value : `=?base64?${Buffer.from(value).toString('base64')}?=`;
}
