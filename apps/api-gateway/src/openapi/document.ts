import { descriptionOf, exampleOf, isRaw, type JsonSchema, type Place, schemaOf } from '@skep/contracts';
import { readFileSync } from 'node:fs';
import type { Api } from '../api.js';
import type { Credential, Holder } from '../auth/credential.js';
import { InputPlan } from '../http/input-plan.js';
import { oauthErrors } from '../http/oauth-errors.js';
import { type Access, holdersFor, type Route } from '../route.js';
import { headers, ProblemAnswers, success, takesKey, unchanged } from './answers.js';
import { Components } from './components.js';
import type { Json } from './json.js';

export const VERSION = (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string }).version;

/** The contract of a public API as OpenAPI 3.1, built from its routes and the descriptions of its controllers. */
export function openApi({ info, tags, errors, auth, routes, controllers }: Api): Json {
  const forms = [errors, ...(routes.some(({ oauth }) => oauth) ? [oauthErrors] : [])];
  const errorSchemas = Object.assign({}, ...forms.map(({ schemas }) => schemas)) as Record<string, object>;
  const components = new Components(Object.keys(errorSchemas));
  const answers = new ProblemAnswers(errors);
  const paths = controllers(answers);
  for (const route of routes)
    (paths[route.path] ??= {})[route.method.toLowerCase()] = {
      ...describe(route, auth, components.placeFor(route.operation.context), answers),
      ...(route.reconstructed && { 'x-skep-reconstructed': true }),
    };
  const { title, ...about } = info;
  // Controllers of an API without routes accept all of its credentials.
  const holders = new Set(routes.length ? routes.flatMap(({ access }) => holdersFor(access)) : auth.map(({ holder }) => holder));
  const used = (group: string, parts: Readonly<Record<string, object>>) => {
    const names = new Set<string>();
    const visit = (part: object) => {
      for (const [, name = ''] of JSON.stringify(part).matchAll(new RegExp(`"#/components/${group}/([^"]+)"`, 'g')))
        if (name in parts && !names.has(name)) {
          names.add(name);
          visit(parts[name]!);
        }
    };
    visit([paths, answers.responses]);
    return Object.fromEntries(Object.entries(parts).filter(([name]) => names.has(name)));
  };
  return {
    openapi: '3.1.0',
    info: { title, version: VERSION, ...about, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/', description: 'This installation' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      // An exchange may leave out what the operation describes.
      schemas: { ...used('schemas', components.schemas), ...errorSchemas },
      responses: answers.responses,
      headers: used('headers', headers),
      parameters: used('parameters', parameters),
      securitySchemes: Object.fromEntries(
        HOLDERS.filter((holder) => holders.has(holder))
          .flatMap((holder) => credentialsOf(holder, auth))
          .map(({ name, scheme }) => [name, scheme]),
      ),
    },
  };
}

const HOLDERS: readonly Holder[] = ['user', 'service', 'extension', 'key'];
const credentialsOf = (holder: Holder, auth: readonly Credential[]) => auth.filter((credential) => credential.holder === holder);

/** The scope is listed as a role of the credential, which OpenAPI 3.1 allows for every security scheme. */
function security(access: Access, auth: readonly Credential[]): Json[] {
  const roles = (holder: Holder) => ('scope' in access && holder !== 'service' ? [access.scope] : []);
  const allowed = holdersFor(access).flatMap((holder) => credentialsOf(holder, auth).map(({ name }) => ({ [name]: roles(holder) })));
  return access.kind === 'optional' ? [{}, ...allowed] : allowed;
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
  AttestToken: {
    name: 'X-Attest-Token',
    in: 'header',
    schema: { type: 'string' },
    description: 'Proof of the device: the `attest_token` of `/attest/ios/assert` or `/attest/android`. An installation may require it.',
  },
};
const shared = (name: keyof typeof parameters) => ({ $ref: `#/components/parameters/${name}` });

const takesService = (access: Access, auth: readonly Credential[]) =>
  access.kind !== 'open' && !('inPerson' in access && access.inPerson) && credentialsOf('service', auth).length > 0;

/** A parameter has the description and the example of its field; its schema need not repeat them. It is text, so it cannot be null. */
function parameter(name: string, place: 'path' | 'query' | 'header', required: boolean, field: JsonSchema = {}): Json {
  const { description, examples, type, enum: words, ...rest } = field;
  const [example] = (examples as unknown[] | undefined) ?? [];
  const schema = {
    ...(type !== undefined && { type: withoutNull(type) }),
    ...rest,
    ...(Array.isArray(words) && { enum: words.filter((word) => word !== null) }),
  };
  return { name, in: place, required, description, ...(example !== undefined && { example }), schema };
}

function withoutNull(type: unknown): unknown {
  const types = [type].flat().filter((one) => one !== 'null');
  return types.length === 1 ? types[0] : types;
}

function describe(route: Route, auth: readonly Credential[], place: Place, answers: ProblemAnswers): Json {
  const { operation, access } = route;
  const { path, query, headers, body: fields } = new InputPlan(route);
  const { properties, required = [] } = schemaOf(operation.input, place) as { properties: Record<string, JsonSchema>; required?: string[] };
  const description = [operation.description, 'scope' in access && `Requires the scope \`${access.scope}\`.`].filter(Boolean).join(' ');
  const bodyRequired = required.filter((key) => fields.includes(key));
  const bodyDescription = descriptionOf(operation.input);
  const bodySchema = {
    type: 'object',
    ...(bodyDescription && { description: bodyDescription }),
    properties: Object.fromEntries(fields.map((key) => [key, properties[key]])),
    ...(bodyRequired.length && { required: bodyRequired }),
    ...(route.closed && { additionalProperties: false }),
  };
  const body = { schema: bodySchema, example: exampleOf(operation.input, fields) };
  const { parameters, ...exchanged } = route.exchange.describe(
    {
      parameters: [
        ...path.map((name) => parameter(name, 'path', true, properties[name])),
        ...query.map((name) => parameter(name, 'query', required.includes(name), properties[name])),
        ...Object.entries(headers).map(([field, source]) =>
          parameter(typeof source === 'string' ? source : source.name, 'header', required.includes(field), properties[field]),
        ),
        ...(isRaw(operation.output) ? [shared('IfNoneMatch')] : []),
        ...(takesKey(route) ? [shared('IdempotencyKey')] : []),
        ...(route.attested ? [shared('AttestToken')] : []),
        ...(takesService(access, auth) ? [shared('ActingUser'), shared('ActingTenant')] : []),
      ],
      ...(fields.length > 0 && {
        requestBody: {
          required: bodyRequired.length > 0,
          content: {
            'application/json': body,
            ...((route.oauth || route.exchange.config.form) && { 'application/x-www-form-urlencoded': body }),
          },
        },
      }),
      responses: { [route.status]: success(route, place), ...unchanged(route), ...answers.of(route, place) },
    },
    route,
    place,
  );
  return {
    operationId: route.id,
    summary: operation.summary,
    tags: [operation.context],
    ...(description && { description }),
    security: security(access, auth),
    ...(route.deprecated && { deprecated: true }),
    ...(parameters.length && { parameters }),
    ...exchanged,
  };
}
