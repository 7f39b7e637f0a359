import { BadRequest, InvalidInput, Problem, TooLarge, type WebhookAnswer } from '@skep/contracts';
import type { Reply } from '@skep/platform';
import { queryTextsOf } from '../http/query-texts.js';
import { readStream } from '../http/read-stream.js';
import { senderHeadersOf } from '../http/sender-headers.js';
import type { Described, Exchange, RouteCall } from '../route.js';

/**
 * Requests of a vendor that checks an address (GET) and delivers to it (POST): the operation gets them as they came, and sets the answer. A
 * vendor cannot correct an input, so what the operation rejects as invalid is `bad_request`, without a reason.
 */
export const vendorRequestExchange = (maxBytes: number): Exchange => ({
  name: 'vendor request',
  fills: ['method', 'headers', 'query', 'body'],
  config: { stream: true },
  problems: [BadRequest, TooLarge],
  answer: async ({ request, reply, forward }: RouteCall): Promise<void> => {
    const body = (await readStream(request, maxBytes)).toString('base64');
    const filled = { method: request.method, headers: senderHeadersOf(request), query: queryTextsOf(request), body };
    const { bytes } = await forward(filled).catch(rejectAsBad);
    const { status_code, headers, body: text = '' } = JSON.parse(Buffer.from(bytes).toString()) as WebhookAnswer;
    void reply.headers({ ...(headers as Record<string, string>) });
    await reply.code(status_code).send(text);
  },
  describe: ({ parameters, responses }: Described, { method }): Described => {
    const { [InvalidInput.status]: _, ...others } = responses;
    return {
      parameters: parameters.filter((parameter) => (parameter as { in?: string }).in === 'path'),
      ...(method !== 'GET' && {
        requestBody: {
          content: {
            '*/*': {
              schema: { type: 'string', format: 'binary', description: 'As the network signed it.' },
              example: '{"object": "event"}',
            },
          },
        },
      }),
      responses: { ...others, 200: { description: 'What the network expects.' } },
    };
  },
});

function rejectAsBad(error: unknown): Promise<Reply> {
  throw error instanceof Problem && error.body.code === InvalidInput.code ? BadRequest() : error;
}
