import { DeadlineExceeded, Forbidden, HeadersTooLarge, Internal, TooManyRequests, Unauthenticated, Unavailable } from '@skep/contracts';
import type { ProblemAnswers } from '../../openapi/answers.js';
import type { Json } from '../../openapi/json.js';

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
const json = (description: string, property: Json, example: Json) => ({
  description,
  headers: requestId,
  content: { 'application/json': { schema: { type: 'object', properties: property, required: Object.keys(property) }, example } },
});

const EVENT = 'id: 1043\ndata: {"type":"notes.created","payload":{"id":"doc_5b2e"},"ts":"2026-06-21T09:30:00Z"}\n\n';

/** Paths of the health check, each with its operationId. */
export const healthPaths = (problems: ProblemAnswers, paths: Readonly<Record<string, string>>): Record<string, Record<string, Json>> =>
  Object.fromEntries(
    Object.entries(paths).map(([path, operationId]) => [
      path,
      {
        get: {
          operationId,
          summary: 'Health check',
          description: 'Answers as soon as the gateway accepts requests. It does not check the services behind it.',
          tags: ['gateway'],
          security: [],
          responses: {
            200: json('The gateway is running.', { status: { type: 'string', description: 'Always `ok`.' } }, { status: 'ok' }),
            ...problems.byStatus([HeadersTooLarge]),
          },
        },
      },
    ]),
  );

/** A JSON Schema that anyone may read. */
const schema = (problems: ProblemAnswers, operationId: string, summary: string, description: string): Record<string, Json> => ({
  get: {
    operationId,
    summary,
    description: `${description} JSON Schema 2020-12.`,
    tags: ['portal'],
    security: [],
    responses: {
      200: {
        description: 'The schema.',
        headers: requestId,
        content: {
          'application/schema+json': {
            schema: { type: 'object', additionalProperties: true, description: 'A JSON Schema.' },
            example: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' },
          },
        },
      },
      304: { description: 'It has not changed since the `ETag` in `If-None-Match`.' },
      ...problems.byStatus([TooManyRequests, HeadersTooLarge]),
    },
  },
});

const text = (description: string): Json => ({ type: 'string', description });

/** The operations of controllers, which are not in the route tables, by path and method. */
export const controllers = (problems: ProblemAnswers): Record<string, Record<string, Json>> => ({
  '/': {
    get: {
      operationId: 'getStart',
      summary: 'Name, version and links of this installation',
      description: 'Leads browsers to the web app.',
      tags: ['gateway'],
      security: [],
      responses: {
        200: json(
          'What this is, and where its parts are.',
          {
            name: text('Name of the product.'),
            version: text('Version of Skep.'),
            description: text('What it is.'),
            app_url: text('Path of the web app.'),
            docs_url: text('Path of the documentation.'),
            openapi_url: text('Path of the OpenAPI document.'),
            health_url: text('Path of the health check.'),
          },
          {
            ...{ name: 'Skep', version: '0.1.0', description: 'An extension cloud for AI agents.', app_url: '/app/', docs_url: '/docs' },
            ...{ openapi_url: '/v1/openapi.json', health_url: '/healthz' },
          },
        ),
        302: { description: 'The web app, for who accepts `text/html` first.', headers: requestId },
        ...problems.byStatus([TooManyRequests, HeadersTooLarge]),
      },
    },
  },
  '/v1/ir-schema.json': schema(problems, 'getIrSchema', 'The JSON Schema of an IR', 'For editors and tools that write declarative apps.'),
  '/v1/manifest-schema.json': schema(
    problems,
    'getManifestSchema',
    'The JSON Schema of a manifest',
    'For editors and tools that write manifests.',
  ),
  ...healthPaths(problems, { '/healthz': 'getHealth', '/v1/health': 'getApiHealth' }),
  '/v1/events/stream': {
    get: {
      operationId: 'streamEvents',
      summary: 'Stream your events',
      description:
        'Server-Sent Events, each with an `id:` and `data: {"type","payload","ts"}`. Resume with `Last-Event-ID`; if that id is unknown or too old, the first event has the type `stream_reset`. Ignore types that you do not know. Requires the scope `events:subscribe`.',
      tags: ['kernel'],
      security: [{ bearer: ['events:subscribe'] }],
      parameters: [
        {
          name: 'token',
          in: 'query',
          schema: { type: 'string' },
          description: 'The access token, for browsers, which cannot set headers on event streams.',
        },
        {
          name: 'last_event_id',
          in: 'query',
          schema: { type: 'string' },
          description: 'Same as the header `Last-Event-ID`, for a first connection.',
          example: '1042',
        },
        {
          name: 'Last-Event-ID',
          in: 'header',
          schema: { type: 'string' },
          description: 'The id of the last event that you received; the stream continues after it. Browsers send it when they reconnect.',
          example: '1042',
        },
      ],
      responses: {
        200: {
          description: 'The stream.',
          headers: requestId,
          content: { 'text/event-stream': { schema: { type: 'string' }, example: EVENT } },
        },
        ...problems.byStatus([Unauthenticated, Forbidden, TooManyRequests, HeadersTooLarge, Internal, Unavailable, DeadlineExceeded]),
      },
    },
  },
});
