import { RangeNotSatisfiable, type StoredFile } from '@skep/contracts';
import { FileTransfer } from '../files/file-transfer.js';
import type { Described, Exchange, RouteCall } from '../route.js';

/** The file that the operation returns, as an attachment, with ranges and an entity tag. */
export const downloadExchange: Exchange = {
  name: 'download',
  fills: [],
  config: {},
  problems: [RangeNotSatisfiable],
  answer: async ({ request, reply, forward, get }: RouteCall): Promise<void> => {
    const { bytes } = await forward();
    await get(FileTransfer).send(request, reply, JSON.parse(Buffer.from(bytes).toString()) as StoredFile);
  },
  describe: ({ parameters, responses, ...json }: Described): Described => {
    const { 200: complete, ...others } = responses as Record<string, { headers?: object }>;
    const file = { '*/*': { schema: { type: 'string', format: 'binary', description: 'The content, with its media type.' } } };
    const headers = { ...complete?.headers, ...HEADERS };
    return {
      ...json,
      parameters: [...parameters, ...PARAMETERS],
      responses: {
        200: { ...complete, headers, content: file },
        206: { description: 'The requested range.', headers: { ...headers, ...RANGE }, content: file },
        304: { description: 'Not modified: your copy is current.', headers: { ...complete?.headers, ETag: HEADERS.ETag } },
        ...others,
      },
    };
  },
};

const text = (description: string) => ({ description, schema: { type: 'string' } });
const PARAMETERS = [
  ['Range', 'The bytes to send, one range: `bytes=0-499`.'],
  ['If-Range', 'The `ETag` of the copy that the range continues; the whole file is sent if it has changed.'],
  ['If-None-Match', 'The `ETag` of an earlier answer; 304 when it is still current.'],
].map(([name, description = '']) => ({ name, in: 'header', ...text(description) }));
const HEADERS = {
  'Accept-Ranges': text('`bytes`.'),
  'Content-Disposition': text('`attachment`, with the name of the file.'),
  ETag: text('The entity tag, for `If-None-Match` and `If-Range`.'),
};
const RANGE = { 'Content-Range': text('Which bytes these are, and of how many.') };
