import {
  fieldsOf,
  Forbidden,
  type JsonSchema,
  type Place,
  schemaOf,
  SocketError,
  TooManyRequests,
  type Type,
  UpgradeRequired,
} from '@skep/contracts';
import { WebSocketServer } from 'ws';
import type { Json } from '../openapi/json.js';
import type { Described, Exchange, RouteCall } from '../route.js';
import type { SocketParts } from '../sockets/message.js';
import { OpenSockets } from '../sockets/open-sockets.js';

const MAX_BYTES = 256 << 10;

/** A WebSocket, whose messages are JSON objects in text. The operation of the route opens it, and each message is an operation. */
export function socketExchange(parts: SocketParts): Exchange {
  const { messages, onClose, sends = [], names = ['type'], maxBytes = MAX_BYTES } = parts;
  const server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: maxBytes });
  const received = Object.entries(messages);
  return {
    name: 'socket',
    fills: ['socket_id'],
    config: {},
    calls: [...received.map(([, { operation }]) => operation), onClose],
    problems: [UpgradeRequired, Forbidden, TooManyRequests],
    answer: (call: RouteCall) => call.get(OpenSockets).answer(call, parts, server),
    describe: ({ parameters, responses }: Described, { operation, tokenIn }, place): Described => {
      const { 200: ok, ...problems } = responses as Record<string, object>;
      const answers = [operation, ...received.map(([, message]) => message.operation)].map(({ output }) => output);
      const sent = [...new Set([...answers, ...sends, ...(parts.errorOf ? [] : [SocketError])])].filter(hasFields);
      const row = ([name, { operation }]: (typeof received)[number]) => `\`${name}\` (${operation.input.name}): ${operation.summary}.`;
      return {
        parameters: [...parameters, ...(tokenIn ? [tokenParameter(tokenIn)] : [])],
        responses: {
          101: {
            ...ok,
            description: [
              `${operation.summary}: a WebSocket. Messages are JSON objects of at most ${maxBytes} bytes, named by their field \`${names.join('` or `')}\`.`,
              `You may send ${received.map(row).join(' ')}`,
              `You receive ${sent.map(({ name }) => `\`${name}\``).join(', ')}.`,
              'Close codes: 1008 your credential is no longer valid, 1009 a message was too large, 1012 the gateway restarts, 1013 you read too slowly.',
            ].join(' '),
            content: { 'application/json': { schema: { anyOf: sent.map((type) => place(type)) } } },
          },
          ...problems,
        },
        'x-messages': Object.fromEntries(
          received.map(
            ([
              name,
              {
                operation: { input },
              },
            ]) => [name, messageSchema(input, place)],
          ),
        ),
      } as Described;
    },
  };
}

const hasFields = (type: unknown): type is Type => typeof type === 'function' && fieldsOf(type).length > 0;

/** What a client sends: the gateway fills `socket_id`. */
function messageSchema(input: Type, place: Place): JsonSchema {
  const { properties, required = [], ...schema } = schemaOf(input, place) as { properties: Record<string, object>; required?: string[] };
  const { socket_id: _, ...sent } = properties;
  return { ...schema, properties: sent, required: required.filter((key) => key in sent) };
}

const tokenParameter = (name: string): Json => ({
  name,
  in: 'query',
  schema: { type: 'string' },
  description: 'The access token, for browsers, which cannot send `Authorization` with a WebSocket.',
});
