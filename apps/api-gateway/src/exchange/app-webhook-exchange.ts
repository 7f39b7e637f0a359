import { InvalidInput, NotFound, Problem, TooLarge, type WebhookAnswer } from '@skep/contracts';
import { WEBHOOK_BODY_MAX } from '@skep/contracts/kernel';
import { queryTextsOf } from '../http/query-texts.js';
import { SANDBOX } from '../http/raw-response.js';
import { readStream } from '../http/read-stream.js';
import { senderHeadersOf } from '../http/sender-headers.js';
import type { Described, Exchange, RouteCall } from '../route.js';
import type { Reply } from '@skep/platform';

/**
 * Requests that other parties send to an app, of any media type. The app sets the answer, which a browser must not take for a page of Skep: the kernel
 * allows few headers and media types, and the answer is sandboxed.
 */
export const appWebhookExchange: Exchange = {
  name: 'app webhook',
  fills: ['path', 'method', 'headers', 'query_params', 'body'],
  config: { stream: true },
  problems: [TooLarge],
  answer: async ({ request, reply, forward }: RouteCall): Promise<void> => {
    const { '*': path = '' } = request.params as Record<string, string>;
    const { method } = request;
    const body = (await readStream(request, WEBHOOK_BODY_MAX)).toString('base64');
    const filled = { path, method, headers: senderHeadersOf(request), query_params: queryTextsOf(request), body };
    const { bytes } = await forward(filled).catch(hideInvalid);
    const answer = JSON.parse(Buffer.from(bytes).toString()) as WebhookAnswer;
    void reply.headers({ ...(answer.headers as Record<string, string>), 'content-security-policy': SANDBOX });
    await reply.code(answer.status_code).send(answer.body ?? '');
  },
  describe: ({ parameters, responses }: Described, { method }): Described => ({
    parameters: parameters.filter((parameter) => (parameter as { in?: string }).in === 'path'),
    ...(method !== 'GET' && {
      requestBody: {
        content: {
          '*/*': { schema: { type: 'string', format: 'binary', description: 'As the sender sends it.' }, example: '{"order": 17}' },
        },
      },
    }),
    responses: { ...responses, 200: { description: 'The answer of the app.' } },
  }),
};

/** No app has an id, a path or a method that is not valid. */
function hideInvalid(error: unknown): Promise<Reply> {
  throw error instanceof Problem && error.body.code === InvalidInput.code ? NotFound() : error;
}
