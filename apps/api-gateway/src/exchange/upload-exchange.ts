import { isRefusal, type Operation, uploadsOf } from '@skep/contracts';
import type { AcceptedFiles } from '../files/accepted-files.js';
import { FileTransfer } from '../files/file-transfer.js';
import type { Json } from '../openapi/json.js';
import type { Described, Exchange, RouteCall } from '../route.js';
import { jsonExchange } from './json-exchange.js';

/**
 * A file, as a form with a part for it and the fields of the input, or as the bytes of the body. The part has the name of the field that is the
 * `StoredFile`. The file is stored as it arrives, and the operation gets its description. The answer is JSON.
 */
export function uploadExchange({ input, subject }: Operation, accepted: AcceptedFiles = {}): Exchange {
  const [part] = uploadsOf(input);
  if (!part) throw new Error(`${subject} takes no file`);
  return {
    name: 'upload',
    fills: [part],
    config: { stream: true },
    answer: async (call: RouteCall): Promise<void> => {
      const { route, request, forward, get } = call;
      const transfer = get(FileTransfer);
      const { fields, file } = await transfer.receive(route.operation.context, request, part, accepted);
      request.body = fields;
      const forwardFile = () =>
        forward({ [part]: file }).catch(async (error: unknown) => {
          // No row keeps it, and the service does not know it if the request was refused here.
          if (isRefusal(error)) await transfer.remove(file);
          throw error;
        });
      await jsonExchange.answer({ ...call, forward: forwardFile });
    },
    describe: ({ requestBody, ...json }: Described): Described => {
      const { schema, example } = (requestBody as JsonBody | undefined)?.content['application/json'] ?? {};
      const { properties = {}, required = [] } = schema ?? {};
      const file = { type: 'string', format: 'binary', description: 'The file.' };
      const form = { type: 'object', properties: { ...properties, [part]: file }, required: [...required, part] };
      const bytes = { schema: { ...file, description: 'The bytes of the file, with its name in `Content-Disposition`.' } };
      return {
        ...json,
        requestBody: {
          required: true,
          content: {
            'multipart/form-data': { schema: form, example: { ...example, [part]: 'the bytes of the file' } },
            ...(!required.length && Object.fromEntries((accepted.mediaTypes ?? ['*/*']).map((type) => [type, bytes]))),
          },
        },
      };
    },
  };
}

interface JsonBody {
  content: { 'application/json': { schema: { properties?: Json; required?: string[] }; example?: Json } };
}
