import { descriptionOf, exampleOf, isRaw, type JsonSchema, schemaOf, type Type } from '@skep/contracts';
import { readFileSync } from 'node:fs';
import type { Access, Route } from '../routes/define.js';
import { Fault, headers, OauthProblem, Problem, ProblemAnswers, ProblemDetail, success, takesKey, unchanged } from './answers.js';
import { controllerPaths } from './controllers.js';
import type { Json } from './json.js';

const SECURITY: Record<Exclude<Access, { scope: string }>['kind'], Json[]> = {
  open: [],
  optional: [{}, { bearer: [] }],
  account: [{ bearer: [] }, { serviceToken: [] }],
  service: [{ serviceToken: [] }],
};

/** The scope is listed as a role of the credential, which OpenAPI 3.1 allows for every security scheme. */
function security(access: Access): Json[] {
  if (!('scope' in access)) return SECURITY[access.kind];
  const roles = [access.scope];
  return [{ bearer: roles }, { serviceToken: [] }, ...(access.kind === 'user' && access.key ? [{ apiKey: roles }] : [])];
}

const TAGS = {
  auth: 'Accounts, sessions, tokens, API keys, users, roles and tenants.',
  registry: 'Installed extensions and their functions.',
  marketplace: 'Find and install extensions.',
  billing: 'Wallet, usage, plans, top-ups and payments.',
  portal: 'Publish extensions: developers, apps, deploys, reviews.',
  kernel: 'Run extensions: calls, actions, events, automations.',
  gateway: 'The state of the gateway.',
};

const VERSION = (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** The title page of the document. */
export const INFO = {
  title: 'Skep',
  version: VERSION,
  summary: 'A self-hosted extension cloud for AI agents.',
  description: [
    'Find, install, call, pay for and publish tools, with every call authorised, metered and audited.',
    'Times are RFC 3339 in UTC. Amounts are integers in credits unless a field says otherwise; 1 credit is $0.001 and is called `token` in fields.',
    'A property with type `null` is null when it has no value; optional properties may be missing.',
    'Errors are problems (RFC 9457) with a `code`; each code has a page at `/problems/{code}`.',
  ].join('\n\n'),
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

/** The public contract as OpenAPI 3.1, built from the route tables and the controllers' paths. */
export function openApi(routes: readonly Route[]): Json {
  const schemas: Record<string, JsonSchema> = {};
  const place = (type: Type): JsonSchema => {
    if (!(type.name in schemas)) {
      schemas[type.name] = {};
      schemas[type.name] = schemaOf(type, place);
    }
    return { $ref: `#/components/schemas/${type.name}` };
  };
  const problems = new ProblemAnswers();
  const paths = controllerPaths(problems);
  for (const route of routes) (paths[route.path] ??= {})[route.method.toLowerCase()] = describe(route, place, problems);
  return {
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: '/', description: 'This installation' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { ...schemas, Fault, ProblemDetail, Problem, OauthProblem },
      responses: problems.responses,
      headers,
      parameters,
      securitySchemes,
    },
  };
}

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string', maxLength: 255 },
    description:
      'A key of your choice that makes the request happen once: the same request with the same key within 24 hours gets the answer of the first.',
    example: '7f1f3c1e-6d0b-4b1c-9a2e-0d5a3c9b8e77',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    schema: { type: 'string' },
    description: 'The `ETag` of an earlier answer; 304 when it is still current.',
  },
  ActingUser: {
    name: 'X-Acting-User',
    in: 'header',
    schema: { type: 'string' },
    description: 'For services only: the id of the user on whose behalf the service acts.',
  },
  ActingTenant: {
    name: 'X-Tenant-Id',
    in: 'header',
    schema: { type: 'string' },
    description: 'For services only: the tenant of the acting user; `default` if absent.',
  },
};
const shared = (name: keyof typeof parameters) => ({ $ref: `#/components/parameters/${name}` });

const takesService = (access: Access) => access.kind !== 'open' && !('inPerson' in access && access.inPerson);

/** A parameter has the description and the example of its field; its schema need not repeat them. */
function parameter(name: string, place: 'path' | 'query', required: boolean, field: JsonSchema = { type: 'string' }): Json {
  const { description, examples, ...schema } = field;
  const [example] = (examples as unknown[] | undefined) ?? [];
  return { name, in: place, required, description, ...(example !== undefined && { example }), schema };
}

function describe(route: Route, place: (type: Type) => JsonSchema, problems: ProblemAnswers): Json {
  const { operation, path, access, method } = route;
  const { properties, required = [] } = schemaOf(operation.input, place) as { properties: Record<string, JsonSchema>; required?: string[] };
  const description = [operation.description, 'scope' in access && `Requires the scope \`${access.scope}\`.`].filter(Boolean).join(' ');
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const rest = Object.keys(properties).filter((key) => !inPath.includes(key));
  const inQuery = method === 'GET' || method === 'DELETE';
  const described = [
    ...inPath.map((name) => parameter(name, 'path', true, properties[name])),
    ...(inQuery ? rest.map((name) => parameter(name, 'query', required.includes(name), properties[name])) : []),
    ...(isRaw(operation.output) ? [shared('IfNoneMatch')] : []),
    ...(takesKey(route) ? [shared('IdempotencyKey')] : []),
    ...(takesService(access) ? [shared('ActingUser'), shared('ActingTenant')] : []),
  ];
  const bodyRequired = required.filter((key) => rest.includes(key));
  const bodyDescription = descriptionOf(operation.input);
  const bodySchema = {
    type: 'object',
    ...(bodyDescription && { description: bodyDescription }),
    properties: Object.fromEntries(rest.map((key) => [key, properties[key]])),
    ...(bodyRequired.length && { required: bodyRequired }),
  };
  const body = { schema: bodySchema, example: exampleOf(operation.input, rest) };
  return {
    operationId: route.id,
    summary: operation.summary,
    tags: [operation.context],
    ...(description && { description }),
    security: security(access),
    ...(route.deprecated && { deprecated: true }),
    ...(described.length && { parameters: described }),
    ...(!inQuery &&
      rest.length && {
        requestBody: {
          required: bodyRequired.length > 0,
          content: {
            'application/json': body,
            ...(route.oauth && { 'application/x-www-form-urlencoded': body }),
          },
        },
      }),
    responses: { [route.status]: success(route, place), ...unchanged(route), ...problems.of(route, place) },
  };
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token: the `access_token` of `POST /v1/auth/login`, or of `POST /v1/auth/verify-email` after signing up. Before it expires (`expires_in` seconds), exchange the `refresh_token` for a new one with `POST /v1/auth/refresh`.',
  },
  serviceToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description:
      'For services: a token of `SKEP_SERVICE_TOKEN`, which the operator sets. `X-Acting-User` names the user on whose behalf the service acts, who must hold the scope that a route requires.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'A key that a user created with `POST /v1/keys`, or for one app with `POST /v1/apps/{app_id}/keys`.',
  },
};
