import { fieldsOf, isRows, type JsonSchema, type ProblemKind, schemaOf, schemaOfOutput, type Type } from '@skep/contracts';
import type { Access, Route } from '../routes/define.js';
import { stripeWebhook } from './stripe-webhook.js';

type Json = Record<string, unknown>;

const SECURITY: Record<Exclude<Access, { scope: string }>['kind'], Json[]> = {
  open: [],
  optional: [{}, { bearer: [] }],
  account: [{ bearer: [] }, { serviceToken: [] }],
  service: [{ serviceToken: [] }],
};

/** A scope is listed as a role that the credential must have: OpenAPI 3.1 allows that for every kind of credential. */
function security(access: Access): Json[] {
  if (!('scope' in access)) return SECURITY[access.kind];
  const roles = [access.scope];
  return [{ bearer: roles }, { serviceToken: [] }, ...(access.kind === 'user' && access.key ? [{ apiKey: roles }] : [])];
}

const TAGS = {
  auth: 'Who you are: accounts, sessions, tokens, API keys.',
  registry: 'What you can call: your extensions and their functions.',
  marketplace: 'Find and install extensions.',
  billing: 'Credits: wallet, usage, plans, top-ups.',
  portal: 'Publish extensions: developers, apps, deploys, reviews.',
  kernel: 'Run extensions: calls, actions, events, automations.',
  gateway: 'The door itself.',
};

const hasBody = ({ method }: Route) => method !== 'GET' && method !== 'DELETE';

/** Answers that any route may give besides its own problems. */
const COMMON: [status: number, meaning: string, when: (route: Route) => boolean][] = [
  [401, 'No credential, or one that is not good.', ({ access }) => access.kind !== 'open'],
  [403, 'Not yours to call.', ({ access }) => access.kind !== 'open' && access.kind !== 'optional'],
  [413, 'The body is larger than 1 MiB.', hasBody],
  [415, 'The body is not JSON.', hasBody],
  [422, 'The input is not valid; `detail` lists each field at fault.', () => true],
  [429, 'Too many requests; `Retry-After` says how many seconds to wait.', () => true],
  [503, 'A part of the service is away; `Retry-After` says how many seconds to wait.', () => true],
];

/** The public contract as OpenAPI 3.1, made from the route tables and nothing else. */
export function openApi(routes: readonly Route[]): Json {
  const schemas: Record<string, JsonSchema> = {};
  const place = (type: Type): JsonSchema => {
    if (!(type.name in schemas)) {
      schemas[type.name] = {};
      schemas[type.name] = schemaOf(type, place);
    }
    return { $ref: `#/components/schemas/${type.name}` };
  };
  const paths: Record<string, Record<string, Json>> = {
    '/healthz': { get: health },
    '/v1/events/stream': { get: stream },
    '/v1/webhooks/stripe': { post: stripeWebhook },
  };
  const seen = new Set<string>();
  for (const route of routes) {
    const id = route.operation.name;
    const operationId = seen.has(id) ? `${id}_${[...seen].filter((other) => other.startsWith(id)).length + 1}` : id;
    seen.add(operationId);
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describe(route, operationId, place);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Skep',
      version: '1.0.0',
      summary: 'A self-hosted extension cloud for AI agents.',
      description: 'Find, install, call, pay for and publish tools, with every call authorised, metered and audited.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'This installation' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: { ...schemas, Problem }, securitySchemes },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: 255 },
  description: 'Makes the request happen once: a repeat within 24 hours gets the answer of the first.',
};

function describe(route: Route, operationId: string, place: (type: Type) => JsonSchema): Json {
  const { operation, path, access, method } = route;
  const { properties, required = [] } = schemaOf(operation.input, place) as { properties: Record<string, JsonSchema>; required?: string[] };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const rest = Object.keys(properties).filter((key) => !inPath.includes(key));
  const inQuery = method === 'GET' || method === 'DELETE';
  const parameters = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: properties[name] ?? { type: 'string' } })),
    ...(inQuery ? rest.map((name) => ({ name, in: 'query', required: required.includes(name), schema: properties[name] })) : []),
    ...(method !== 'GET' && access.kind !== 'open' ? [IDEMPOTENCY_KEY] : []),
  ];
  const bodyRequired = required.filter((key) => rest.includes(key));
  const bodySchema = {
    type: 'object',
    properties: Object.fromEntries(rest.map((key) => [key, properties[key]])),
    ...(bodyRequired.length && { required: bodyRequired }),
  };
  return {
    operationId,
    summary: operation.summary,
    tags: [operation.context],
    ...('scope' in access && { description: `Requires the scope \`${access.scope}\`.` }),
    security: security(access),
    ...(route.deprecated && { deprecated: true }),
    ...(parameters.length && { parameters }),
    ...(!inQuery &&
      rest.length && {
        requestBody: {
          required: bodyRequired.length > 0,
          content: {
            'application/json': { schema: bodySchema },
            ...(route.oauth && { 'application/x-www-form-urlencoded': { schema: bodySchema } }),
          },
        },
      }),
    responses: { [route.status]: success(route, place), ...failures(route) },
  };
}

const REST = '`<…>; rel="next"` where the rest is, only when the rows asked for have too many bytes for one answer.';

function success({ operation }: Route, place: (type: Type) => JsonSchema): Json {
  const { input, output } = operation;
  const paged = isRows(output) && output.kind === 'page';
  const goesOn = isRows(output) && fieldsOf(input).some(({ key }) => key === 'offset');
  const headers = {
    ...(paged && { 'X-Total-Count': { description: 'Rows in all.', schema: { type: 'integer' } } }),
    ...(goesOn && { Link: { description: REST, schema: { type: 'string' } } }),
  };
  return {
    description: operation.summary,
    ...((paged || goesOn) && { headers }),
    content: { 'application/json': { schema: schemaOfOutput(operation.output, place) } },
  };
}

function failures(route: Route): Json {
  const own = Map.groupBy(route.operation.problems, ({ status }: ProblemKind) => status);
  const common = COMMON.filter(([, , when]) => when(route)).map(([status, meaning]) => [status, meaning] as const);
  const meanings = new Map<number, string>(common);
  for (const [status, kinds] of own) {
    const told = kinds.map(({ code, title }) => `\`${code}\`: ${title}`).join(' ');
    meanings.set(status, [meanings.get(status), told].filter(Boolean).join(' '));
  }
  const content = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  return Object.fromEntries([...meanings].sort(([a], [b]) => a - b).map(([status, description]) => [status, { description, content }]));
}

const Problem = {
  type: 'object',
  title: 'Problem',
  description: 'RFC 9457, with a `code` to branch on.',
  properties: {
    detail: {
      description: 'Text; for invalid input the list of faults; in a few places an object.',
      anyOf: [
        { type: 'string' },
        {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              loc: { type: 'array', items: { type: ['string', 'integer'] } },
              msg: { type: 'string' },
              type: { type: 'string' },
            },
            required: ['loc', 'msg', 'type'],
          },
        },
        { type: 'object', additionalProperties: true },
      ],
    },
    code: { type: 'string', examples: ['invalid_input'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    type: { type: 'string', format: 'uri-reference' },
    instance: { type: 'string', format: 'uri-reference' },
  },
  required: ['detail', 'code', 'title', 'status', 'type'],
};

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
  serviceToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description: 'For services; the person acted for goes into X-Acting-User, and must hold the scope that a route requires.',
  },
  apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
};

const problemAnswer = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const health = {
  operationId: 'getHealth',
  summary: 'Say that the gateway lives',
  tags: ['gateway'],
  security: [],
  responses: {
    200: {
      description: 'It lives.',
      content: { 'application/json': { schema: { type: 'object', properties: { status: { type: 'string' } } } } },
    },
    429: problemAnswer('Too many requests.'),
  },
};

const stream = {
  operationId: 'streamEvents',
  summary: 'Follow your events as they happen',
  description:
    'Requires the scope `events:subscribe`. Server-Sent Events. Each has an `id:` and `data: {"type","payload","ts"}`. Resume with `Last-Event-ID`; an id that is unknown or too old gets an event of type `stream_reset` first. Ignore types you do not know.',
  tags: ['kernel'],
  security: [{ bearer: ['events:subscribe'] }],
  parameters: [
    {
      name: 'token',
      in: 'query',
      schema: { type: 'string' },
      description: 'The access token, for browsers, which cannot set headers here.',
    },
    { name: 'last_event_id', in: 'query', schema: { type: 'string' } },
    { name: 'Last-Event-ID', in: 'header', schema: { type: 'string' } },
  ],
  responses: {
    200: { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
    401: problemAnswer('No credential, or one that is not good.'),
    403: problemAnswer('The scope `events:subscribe` is missing.'),
    429: problemAnswer('Too many streams.'),
  },
};
