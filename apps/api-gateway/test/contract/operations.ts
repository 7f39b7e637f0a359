import fc from 'fast-check';
import type { Request } from '@skep/testkit';
import { objectFor, type Schema, valueFor } from './values.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}
export interface DocumentedResponse {
  headers?: Record<string, unknown>;
  content: Record<string, { schema: Schema }>;
}
type Ref = { $ref?: string };
interface DocumentedOperation {
  operationId: string;
  parameters?: (Parameter & Ref)[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, DocumentedResponse & Ref>;
}
export interface Document {
  paths: Record<string, Record<string, DocumentedOperation>>;
  components: Record<string, Record<string, unknown>>;
}

/** An operation of an OpenAPI document, with generated requests. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  /** By status, with references resolved. */
  responses: Record<string, DocumentedResponse>;
  requests: fc.Arbitrary<{ url: string; request: Request }>;
}

export function operationsOf(document: Document): Operation[] {
  const resolve = <T extends Ref>(part: T): T => {
    const [, , group = '', name = ''] = part.$ref?.split('/') ?? [];
    return part.$ref ? (document.components[group]?.[name] as T) : part;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, documented]) => ({
      id: documented.operationId,
      method: method.toUpperCase(),
      path,
      responses: Object.fromEntries(Object.entries(documented.responses).map(([status, answer]) => [status, resolve(answer)])),
      requests: requests(path, method, (documented.parameters ?? []).map(resolve), documented.requestBody),
    })),
  );
}

function requests(path: string, method: string, parameters: Parameter[], body: DocumentedOperation['requestBody']) {
  const valuesIn = (location: Parameter['in']) => {
    const selected = parameters.filter((parameter) => parameter.in === location && parameter.name !== 'X-Acting-User');
    const properties = Object.fromEntries(selected.map(({ name, schema }) => [name, schema]));
    return objectFor({ properties, required: selected.filter(({ required }) => required).map(({ name }) => name) });
  };
  const content = body ? valueFor(Object.values(body.content)[0]!.schema) : fc.constant(undefined);
  return fc.record({ path: valuesIn('path'), query: valuesIn('query'), header: valuesIn('header'), body: content }).map((values) => {
    const query = new URLSearchParams(Object.entries(values.query).map(([name, item]): [string, string] => [name, text(item)])).toString();
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => segment(text(values.path[name]))) + (query && `?${query}`);
    const headers = Object.fromEntries(
      Object.entries(values.header).map(([name, item]) => [name, text(item).replace(/[^\x21-\x7e]/g, '')]),
    );
    return { url, request: { headers, ...(method !== 'get' && values.body !== undefined && { body: values.body }) } };
  });
}

const text = (item: unknown) => (typeof item === 'string' ? item : (JSON.stringify(item) ?? '')).toWellFormed();
/** A part of a path, encoded. An empty part, `.` and `..` cannot be sent: a client's URL parser removes them, and the path is another one. */
const segment = (value: string) => encodeURIComponent(/^\.{0,2}$/.test(value) ? '-' : value);
