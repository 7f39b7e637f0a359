// Writes src/generated/ from the OpenAPI documents: the types of each API by openapi-typescript, and a table of the routes of the cloud.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import openapi, { astToString } from 'openapi-typescript';
import { factory } from 'typescript';
import type { Answer, Route } from './src/route.js';

interface Operation {
  operationId: string;
  parameters?: { $ref?: string; name?: string; in?: string }[];
  requestBody?: { content: Record<string, unknown> };
  responses: Record<string, { content?: Record<string, unknown>; $ref?: string }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { responses: Record<string, { content?: Record<string, { schema: { properties?: { code?: { enum?: string[] } } } }> }> };
}

const file = new URL('../../openapi.json', import.meta.url);
const folder = new URL('src/generated/', import.meta.url);
const { paths, components } = JSON.parse(readFileSync(file, 'utf8')) as Document;

const operations = Object.entries(paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => [operation.operationId, toRoute(method, path, operation)] as const),
);
const codes = Object.values(components.responses).flatMap(
  ({ content = {} }) => content['application/problem+json']?.schema.properties?.code?.enum ?? [],
);

mkdirSync(folder, { recursive: true });
const BLOB = factory.createTypeReferenceNode('Blob');
for (const [name, document] of [
  ['schema', file],
  ['agent', new URL('../../docs/openapi/agent.json', import.meta.url)],
  ['coach', new URL('../../docs/openapi/coach.json', import.meta.url)],
] as const) {
  const schema = await openapi(document, {
    defaultNonNullable: false,
    transform: ({ format }) => (format === 'binary' ? BLOB : undefined),
  });
  writeFileSync(new URL(`${name}.ts`, folder), astToString(schema));
}
writeFileSync(
  new URL('routes.ts', folder),
  `import type { Route } from '../route.js';

/** The routes of the public API by the id of their operation. */
export const routes = ${JSON.stringify(Object.fromEntries(operations), null, 2)} as const satisfies Record<string, Route>;

/** The code of a problem that the API declares. */
export type ProblemCode =
${[...new Set(codes)]
  .sort()
  .map((code) => `  | '${code}'`)
  .join('\n')};
`,
);

function toRoute(method: string, path: string, { parameters = [], requestBody, responses }: Operation): Route {
  const bodies = Object.keys(requestBody?.content ?? {});
  return {
    method: method.toUpperCase(),
    path,
    query: parameters.flatMap((parameter) => (parameter.in === 'query' && parameter.name ? [parameter.name] : [])),
    ...(bodies.length && { body: bodies.includes('application/json') ? 'json' : 'form' }),
    answer: toAnswer(
      Object.entries(responses).flatMap(([status, { content = {} }]) => (status.startsWith('2') ? Object.keys(content) : [])),
    ),
    keyed: parameters.some(({ $ref }) => $ref === '#/components/parameters/IdempotencyKey'),
  };
}

function toAnswer(media: string[]): Answer {
  if (media.includes('text/event-stream')) return 'events';
  return media.every((type) => type === 'application/json') ? 'json' : 'response';
}
