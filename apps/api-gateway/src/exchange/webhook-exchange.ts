import { BadRequest, InvalidInput, Problem, TooLarge, WebhookAnswer } from '@skep/contracts';
import type { Reply } from '@skep/platform';
import { readStream } from '../http/read-stream.js';
import { senderHeadersOf } from '../http/sender-headers.js';
import type { Described, Exchange, RouteCall } from '../route.js';

/** What a webhook passes to its operation. */
export interface WebhookParts {
  /** A larger body is `too_large`. At most 1 MiB, the limit of all bodies. */
  maxBytes: number;
  /** A body, for OpenAPI. */
  example: object;
  /** Takes a body of any media type, and the headers of the request fill the field `headers`. */
  anyMedia?: boolean;
}

/** The headers that a service may set in a `WebhookAnswer`. */
const ANSWER_HEADERS: ReadonlySet<string> = new Set(['content-type', 'retry-after']);

/**
 * Requests that another party signs: the bytes of the body, in base64, fill the field `body`. Other parties cannot correct an input, so
 * what the operation rejects as invalid is `bad_request`, without a reason. An operation with the output `WebhookAnswer` sets the answer.
 */
export const webhookExchange = ({ maxBytes, example, anyMedia = false }: WebhookParts): Exchange => ({
  name: 'webhook',
  fills: anyMedia ? ['body', 'headers'] : ['body'],
  config: anyMedia ? { stream: true } : { raw: true },
  answer: async ({ route, request, reply, forward }: RouteCall): Promise<void> => {
    const body = anyMedia ? await readStream(request, maxBytes) : (request.body as Buffer | undefined);
    if (body && body.length > maxBytes) throw TooLarge();
    const { bytes } = await forward({ body: body?.toString('base64'), ...(anyMedia && { headers: senderHeadersOf(request) }) }).catch(
      rejectAsBad,
    );
    if (route.operation.output !== WebhookAnswer)
      return void (await reply.code(route.status).type('application/json; charset=utf-8').send(bytes));
    const answer = JSON.parse(Buffer.from(bytes).toString()) as WebhookAnswer;
    for (const [name, value] of Object.entries(answer.headers ?? {}))
      if (ANSWER_HEADERS.has(name.toLowerCase())) void reply.header(name, String(value));
    await reply.code(answer.status_code).send(answer.body ?? '');
  },
  describe: ({ parameters, responses }: Described, { operation, status }): Described => {
    const { [InvalidInput.status]: _, ...others } = responses;
    const setsAnswer = operation.output === WebhookAnswer;
    return {
      parameters,
      requestBody: {
        required: true,
        content: {
          'application/json': { schema: { type: 'object', additionalProperties: true, description: 'As the sender signed it.' }, example },
        },
      },
      responses: setsAnswer ? { ...others, [status]: { description: 'The answer that the sender expects.' } } : others,
    };
  },
});

function rejectAsBad(error: unknown): Promise<Reply> {
  throw error instanceof Problem && error.body.code === InvalidInput.code ? BadRequest() : error;
}
