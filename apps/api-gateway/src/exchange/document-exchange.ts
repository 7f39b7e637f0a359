import type { SentFile } from '@skep/contracts';
import { create } from 'content-disposition';
import type { Described, Exchange, RouteCall } from '../route.js';

/** The file that the operation made for this request, as an attachment, which search engines do not list. */
export const documentExchangeOf = (...mediaTypes: string[]): Exchange => ({
  name: 'document',
  fills: [],
  config: {},
  answer: async ({ reply, forward }: RouteCall): Promise<void> => {
    const { bytes } = await forward();
    const { name, media_type, content } = JSON.parse(Buffer.from(bytes).toString()) as SentFile;
    const headers = { 'cache-control': 'private, no-store', 'content-disposition': create(name), 'x-robots-tag': 'noindex' };
    await reply.headers(headers).type(media_type).send(Buffer.from(content, 'base64'));
  },
  describe: ({ responses, ...json }: Described): Described => {
    const { 200: ok, ...problems } = responses as Record<string, { headers?: object }>;
    const disposition = { 'Content-Disposition': { description: '`attachment`, with the name of the file.', schema: { type: 'string' } } };
    const file = { schema: { type: 'string', format: 'binary', description: 'The file.' } };
    const content = Object.fromEntries(mediaTypes.map((type) => [type, file]));
    return { ...json, responses: { 200: { ...ok, headers: { ...ok?.headers, ...disposition }, content }, ...problems } };
  },
});
