import { describe, expect, it } from '@jest/globals';
import { cloud } from '../apis/cloud/index.js';
import { openApi } from './document.js';

const { routes } = cloud;

interface Schema {
  format?: string;
  $ref?: string;
  description?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  allOf?: Schema[];
}
interface Parameter {
  $ref?: string;
  name: string;
  description?: string;
  schema?: { type?: string | string[] };
}
interface Answer {
  $ref?: string;
  description?: string;
  content?: Record<string, { schema: Schema; example?: unknown; examples?: object }>;
}
interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags: string[];
  parameters?: Parameter[];
  requestBody?: Answer;
  responses: Record<string, Answer>;
}
interface Document {
  tags: { name: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: Record<string, Record<string, object>>;
}
const document = JSON.parse(JSON.stringify(openApi(cloud))) as Document;
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

const nameOf = ($ref: string) => $ref.slice($ref.lastIndexOf('/') + 1);
function follow<T extends { $ref?: string }>(part: T): T {
  const [, , group = '', name = ''] = part.$ref?.split('/') ?? [];
  return part.$ref ? (document.components[group]![name] as T) : part;
}

/** The properties that a schema inherits from others. */
const inheritedBy = ({ allOf = [] }: Schema): Record<string, Schema> =>
  Object.assign({}, ...allOf.map(follow).flatMap((parent) => [inheritedBy(parent), parent.properties])) as Record<string, Schema>;

/** The parts of the operations of one tag that lack a description or an example: operations, parameters, schemas, properties, bodies. */
function undocumented(tag: string): string[] {
  const missing = new Set<string>();
  const check = (where: string, { description }: { description?: string }) => description?.trim() || missing.add(where);
  const seen = new Set<string>();
  const checkSchema = (where: string, schema: Schema): void => {
    if (schema.$ref) {
      if (seen.has(schema.$ref)) return;
      seen.add(schema.$ref);
      check(`schema ${nameOf(schema.$ref)}`, follow(schema));
      return checkSchema(nameOf(schema.$ref), follow(schema));
    }
    const inherited = inheritedBy(schema);
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      if (!property.$ref && !(key in inherited)) check(`property ${where}.${key}`, property);
      checkSchema(`${where}.${key}`, property);
    }
    for (const part of [schema.items ?? [], schema.anyOf ?? [], schema.allOf ?? []].flat()) checkSchema(where, part);
  };
  const checkContent = (where: string, { content = {} }: Answer) => {
    for (const { schema, example, examples } of Object.values(content)) {
      if (example === undefined && !examples && schema.format !== 'binary') missing.add(`example of ${where}`);
      checkSchema(where, schema);
    }
  };
  for (const operation of operations.filter(({ tags }) => tags.includes(tag))) {
    const { operationId, description = '', parameters = [], requestBody, responses } = operation;
    check(`summary of ${operationId}`, { description: operation.summary });
    check(`operation ${operationId}`, { description: description.replace(/Requires the scope `.*`\.$/, '') });
    for (const parameter of parameters.map(follow)) check(`parameter ${parameter.name} of ${operationId}`, parameter);
    if (requestBody) checkContent(`${operationId} request`, requestBody);
    for (const [status, answer] of Object.entries(responses)) {
      check(`answer ${status} of ${operationId}`, follow(answer));
      checkContent(`${operationId} ${status}`, follow(answer));
    }
  }
  return [...missing].sort();
}

describe('the API reference', () => {
  it.each(document.tags.map(({ name }) => name))('describes every part of %s, with examples', (tag) => {
    expect(undocumented(tag)).toEqual([]);
  });

  it('lists the errors of every operation', () => {
    const withoutErrors = operations.filter(({ responses }) => !Object.keys(responses).some((status) => Number(status) >= 400));
    expect(withoutErrors.map(({ operationId }) => operationId)).toEqual([]);
  });
});

it('no parameter is null: the path, the query and the headers are text', () => {
  const parameters = operations.flatMap((operation) => operation.parameters ?? []);
  expect(parameters.length).toBeGreaterThan(100);
  expect(parameters.filter(({ schema }) => [schema?.type].flat().includes('null'))).toEqual([]);
});

describe('the operationIds', () => {
  const ids = operations.map(({ operationId }) => operationId);

  it('are unique, without a counter', () => {
    for (const id of ids) expect(id).toMatch(/^[a-z]+([A-Z][a-z]*)*$/);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
  });

  it('are declared: the name of the operation, or the id in the route table where several routes share an operation', () => {
    for (const { id, operation, path, method } of routes) {
      const isShared = routes.filter((route) => route.operation === operation).length > 1;
      // Clients know the Stripe webhook by the id that it had before it was a route.
      if (!isShared && id !== 'stripeWebhook') expect(id).toBe(operation.name);
      expect(document.paths[path]![method.toLowerCase()]!.operationId).toBe(id);
    }
  });
});
