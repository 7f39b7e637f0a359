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
import type { ProblemAnswers } from '../../openapi/answers.js';
import type { Json } from '../../openapi/json.js';

const requestId = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
const json = (description: string, property: Json, example: Json) => ({
  description,
  headers: requestId,
  content: { 'application/json': { schema: { type: 'object', properties: property, required: Object.keys(property) }, example } },
});

const EVENT = 'id: 1043\ndata: {"type":"notes.created","payload":{"id":"doc_5b2e"},"ts":"2026-06-21T09:30:00Z"}\n\n';

/** The operations of controllers, which are not in the route tables, by path and method. */
export const controllers = (problems: ProblemAnswers): Record<string, Record<string, Json>> => ({
  '/healthz': {
    get: {
      operationId: 'getHealth',
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
  '/v1/webhooks/stripe': {
    post: {
      operationId: 'stripeWebhook',
      summary: 'Stripe webhook',
      description:
        'Called by Stripe, which signs the bytes of the body. Repeated events, and events that Skep does not use, get the same answer.',
      tags: ['billing'],
      security: [],
      parameters: [
        {
          name: 'Stripe-Signature',
          in: 'header',
          required: true,
          schema: { type: 'string' },
          description: 'The signature of the body, made with the secret of the webhook.',
          example: 't=1767225600,v1=5257a869e7ecebeda32affa62cdca3fa51cad7e77a0e56ff536d0ce8e108d8bd',
        },
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { type: 'object', additionalProperties: true, description: 'An event of Stripe.' },
            example: { id: 'evt_1Q', object: 'event', type: 'payment_intent.succeeded' },
          },
        },
      },
      responses: {
        200: json('The event was received.', { received: { type: 'boolean', description: 'Always true.' } }, { received: true }),
        ...problems.byStatus([
          ...[BadRequest, RequestTimeout, TooLarge, UnsupportedMediaType],
          ...[TooManyRequests, HeadersTooLarge, Internal, Unavailable, NotConfigured, DeadlineExceeded],
        ]),
      },
    },
  },
});
