import { BadRequest, InvalidInput, type JsonSchema, Problem, schemaOf, TooLarge, WebhookAnswer } from '@skep/contracts';
import type { Reply } from '@skep/platform';
import type { Described, Exchange, RouteCall } from '../route.js';
import type { Json } from '../openapi/json.js';

/** What a webhook passes to its operation. */
export interface WebhookParts {
  /** The headers that it passes, each by the field of the input that it fills. */
  headers: Readonly<Record<string, string>>;
  /** A larger body is `too_large`. At most 1 MiB, the limit of all bodies. */
  maxBytes: number;
  /** A body, for OpenAPI. */
  example: object;
}

/** The headers that a service may set in a `WebhookAnswer`. */
const ANSWER_HEADERS: ReadonlySet<string> = new Set(['content-type', 'retry-after']);

/**
 * Requests that another party signs: the bytes of the body, in base64, fill the field `body`. Other parties cannot correct an input, so
 * what the operation rejects as invalid is `bad_request`, without a reason. An operation with the output `WebhookAnswer` sets the answer.
 */
export const webhookExchange = ({ headers, maxBytes, example }: WebhookParts): Exchange => ({
  name: 'webhook',
  fills: ['body', ...Object.keys(headers)],
  config: { raw: true },
  answer: async ({ route, request, reply, forward }: RouteCall): Promise<void> => {
    const body = request.body as Buffer | undefined;
    if (body && body.length > maxBytes) throw TooLarge();
    const fields = Object.entries(headers).map(([field, name]) => [field, request.headers[name.toLowerCase()]] as const);
    const { bytes } = await forward({ ...Object.fromEntries(fields), body: body?.toString('base64') }).catch(rejectAsBad);
    if (route.operation.output !== WebhookAnswer)
      return void (await reply.code(route.status).type('application/json; charset=utf-8').send(bytes));
    const answer = JSON.parse(Buffer.from(bytes).toString()) as WebhookAnswer;
    for (const [name, value] of Object.entries(answer.headers ?? {}))
      if (ANSWER_HEADERS.has(name.toLowerCase())) void reply.header(name, String(value));
    await reply.code(answer.status_code).send(answer.body ?? '');
  },
  describe: ({ parameters, responses }: Described, { operation, status }, place): Described => {
    const { properties, required = [] } = schemaOf(operation.input, place) as { properties: Record<string, Json>; required?: string[] };
    const { [InvalidInput.status]: _, ...others } = responses;
    const setsAnswer = operation.output === WebhookAnswer;
    return {
      parameters: [
        ...parameters,
        ...Object.entries(headers).map(([field, name]) => headerParameter(name, required.includes(field), properties[field])),
      ],
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

function headerParameter(name: string, required: boolean, field: JsonSchema = {}): Json {
  const { description, examples, ...schema } = field;
  const [example] = (examples as unknown[] | undefined) ?? [];
  return { name, in: 'header', required, description, ...(example !== undefined && { example }), schema };
}
