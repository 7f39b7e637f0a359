import {
  BadRequest,
  DeadlineExceeded,
  Forbidden,
  HeadersTooLarge,
  Internal,
  NotConfigured,
  RequestTimeout,
  TooLarge,
  TooManyRequests,
  Unauthenticated,
  Unavailable,
  UnsupportedMediaType,
} from '@skep/contracts';
import type { ProblemAnswers } from './answers.js';
import type { Json } from './json.js';

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
const json = (description: string, property: Json) => ({
  description,
  headers: requestId,
  content: { 'application/json': { schema: { type: 'object', properties: property, required: Object.keys(property) } } },
});

/** The contract of what controllers answer, by path and method: it is in no table of routes. */
export const controllerPaths = (problems: ProblemAnswers): Record<string, Record<string, Json>> => ({
  '/healthz': {
    get: {
      operationId: 'getHealth',
      summary: 'Health check',
      tags: ['gateway'],
      security: [],
      responses: { 200: json('The gateway runs.', { status: { type: 'string' } }), ...problems.byStatus([HeadersTooLarge]) },
    },
  },
  '/v1/events/stream': {
    get: {
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
        200: { description: 'The stream.', headers: requestId, content: { 'text/event-stream': { schema: { type: 'string' } } } },
        ...problems.byStatus([Unauthenticated, Forbidden, TooManyRequests, HeadersTooLarge, Internal, Unavailable, DeadlineExceeded]),
      },
    },
  },
  '/v1/webhooks/stripe': {
    post: {
      operationId: 'stripeWebhook',
      summary: 'Stripe webhook',
      description: 'Stripe signs the bytes of the body. Events that were received before, or that Skep does not use, get the same answer.',
      tags: ['billing'],
      security: [],
      parameters: [{ name: 'Stripe-Signature', in: 'header', required: true, schema: { type: 'string' } }],
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } },
      responses: {
        200: json('The event was received.', { received: { type: 'boolean' } }),
        ...problems.byStatus([
          ...[BadRequest, RequestTimeout, TooLarge, UnsupportedMediaType],
          ...[TooManyRequests, HeadersTooLarge, Internal, Unavailable, NotConfigured, DeadlineExceeded],
        ]),
      },
    },
  },
});
