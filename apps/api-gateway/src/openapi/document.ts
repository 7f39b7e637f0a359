import { isRaw, type JsonSchema, schemaOf, type Type } from '@skep/contracts';
import { readFileSync } from 'node:fs';
import type { Access, Route } from '../routes/define.js';
import { headers, OauthProblem, Problem, ProblemAnswers, success, takesKey, unchanged } from './answers.js';
import { controllerPaths } from './controllers.js';
import type { Json } from './json.js';

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

const VERSION = (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** What this is. */
export const INFO = {
  title: 'Skep',
  version: VERSION,
  summary: 'A self-hosted extension cloud for AI agents.',
  description: 'Find, install, call, pay for and publish tools, with every call authorised, metered and audited.',
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
};

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
  const problems = new ProblemAnswers();
  const paths = controllerPaths(problems);
  const seen = new Set<string>();
  for (const route of routes) {
    const id = route.operation.name;
    const operationId = seen.has(id) ? `${id}_${[...seen].filter((other) => other.startsWith(id)).length + 1}` : id;
    seen.add(operationId);
    (paths[route.path] ??= {})[route.method.toLowerCase()] = describe(route, operationId, place, problems);
  }
  return {
    openapi: '3.1.0',
    info: INFO,
    servers: [{ url: '/', description: 'This installation' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: { ...schemas, Problem, OauthProblem }, responses: problems.responses, headers, parameters, securitySchemes },
  };
}

const parameters = {
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    schema: { type: 'string', maxLength: 255 },
    description: 'Makes the request happen once: a repeat within 24 hours gets the answer of the first.',
  },
  IfNoneMatch: {
    name: 'If-None-Match',
    in: 'header',
    schema: { type: 'string' },
    description: 'The `ETag` of an earlier answer.',
  },
  ActingUser: {
    name: 'X-Acting-User',
    in: 'header',
    schema: { type: 'string' },
    description: 'For services only: the id of the person they act for.',
  },
  ActingTenant: {
    name: 'X-Tenant-Id',
    in: 'header',
    schema: { type: 'string' },
    description: 'For services only: the tenant of that person; `default` unless given.',
  },
};
const shared = (name: keyof typeof parameters) => ({ $ref: `#/components/parameters/${name}` });

const takesService = (access: Access) => access.kind !== 'open' && !('inPerson' in access && access.inPerson);

function describe(route: Route, operationId: string, place: (type: Type) => JsonSchema, problems: ProblemAnswers): Json {
  const { operation, path, access, method } = route;
  const { properties, required = [] } = schemaOf(operation.input, place) as { properties: Record<string, JsonSchema>; required?: string[] };
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as string);
  const rest = Object.keys(properties).filter((key) => !inPath.includes(key));
  const inQuery = method === 'GET' || method === 'DELETE';
  const described = [
    ...inPath.map((name) => ({ name, in: 'path', required: true, schema: properties[name] ?? { type: 'string' } })),
    ...(inQuery ? rest.map((name) => ({ name, in: 'query', required: required.includes(name), schema: properties[name] })) : []),
    ...(isRaw(operation.output) ? [shared('IfNoneMatch')] : []),
    ...(takesKey(route) ? [shared('IdempotencyKey')] : []),
    ...(takesService(access) ? [shared('ActingUser'), shared('ActingTenant')] : []),
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
    ...(described.length && { parameters: described }),
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
    responses: { [route.status]: success(route, place), ...unchanged(route), ...problems.of(route, place) },
  };
}

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token: `access_token` in the answer of `POST /v1/auth/login`, with e-mail and password, or of `POST /v1/auth/verify-email` after signing up. `POST /v1/auth/refresh` exchanges the `refresh_token` for a new one before it expires (`expires_in`).',
  },
  serviceToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description:
      'For services: a token of `SKEP_SERVICE_TOKEN`, which the operator sets; the person acted for goes into `X-Acting-User`, and must hold the scope that a route requires.',
  },
  apiKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-api-key',
    description: 'A key that a person has made with `POST /v1/keys`, or for one app with `POST /v1/apps/{app_id}/keys`.',
  },
};
