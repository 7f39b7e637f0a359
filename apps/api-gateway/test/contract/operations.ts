import fc from 'fast-check';
import type { Request } from '@skep/testkit';
import { object, type Schema, value } from './values.js';

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}
export interface Answered {
  headers?: Record<string, unknown>;
  content: Record<string, { schema: Schema }>;
}
type Ref = { $ref?: string };
interface Described {
  operationId: string;
  parameters?: (Parameter & Ref)[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, Answered & Ref>;
}
export interface Document {
  paths: Record<string, Record<string, Described>>;
  components: Record<string, Record<string, unknown>>;
}

/** An operation of an OpenAPI document, with requests for it. */
export interface Operation {
  id: string;
  method: string;
  path: string;
  /** By status, with every reference to a response followed. */
  responses: Record<string, Answered>;
  requests: fc.Arbitrary<{ url: string; request: Request }>;
}

export function operationsOf(document: Document): Operation[] {
  const follow = <T extends Ref>(part: T): T => {
    const [, , group = '', name = ''] = part.$ref?.split('/') ?? [];
    return part.$ref ? (document.components[group]?.[name] as T) : part;
  };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      id: described.operationId,
      method: method.toUpperCase(),
      path,
      responses: Object.fromEntries(Object.entries(described.responses).map(([status, answer]) => [status, follow(answer)])),
      requests: requests(path, method, (described.parameters ?? []).map(follow), described.requestBody),
    })),
  );
}

function requests(path: string, method: string, parameters: Parameter[], body: Described['requestBody']) {
  const among = (place: Parameter['in']) => {
    const here = parameters.filter((parameter) => parameter.in === place && parameter.name !== 'X-Acting-User');
    const properties = Object.fromEntries(here.map(({ name, schema }) => [name, schema]));
    return object({ properties, required: here.filter(({ required }) => required).map(({ name }) => name) });
  };
  const sent = body ? value(Object.values(body.content)[0]!.schema) : fc.constant(undefined);
  return fc.record({ path: among('path'), query: among('query'), header: among('header'), sent }).map((made) => {
    const query = new URLSearchParams(Object.entries(made.query).map(([name, given]): [string, string] => [name, text(given)])).toString();
    const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(made.path[name]) || '-')) + (query && `?${query}`);
    const headers = Object.fromEntries(
      Object.entries(made.header).map(([name, given]) => [name, text(given).replace(/[^\x21-\x7e]/g, '')]),
    );
    return { url, request: { headers, ...(method !== 'get' && made.sent !== undefined && { body: made.sent }) } };
  });
}

const text = (given: unknown) => (typeof given === 'string' ? given : (JSON.stringify(given) ?? '')).toWellFormed();
