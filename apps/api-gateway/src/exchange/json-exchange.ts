import { isRaw } from '@skep/contracts';
import { deviceStatus } from '../http/oauth-errors.js';
import { sendRaw } from '../http/raw-response.js';
import type { Exchange, RouteCall } from '../route.js';

/** JSON, or a form on OAuth routes; the reply of the service is the answer, as bytes. */
export const jsonExchange: Exchange = {
  name: 'json',
  fills: [],
  config: {},
  answer: async ({ route, request, reply, forward }: RouteCall): Promise<void> => {
    const { bytes, total, capped, held, next } = await forward();
    const { output } = route.operation;
    if (isRaw(output)) return void (await sendRaw(request, reply, route, output.mediaType, bytes));
    const status = route.oauth ? deviceStatus(request, bytes, route.status) : route.status;
    void reply.code(status).header('content-type', 'application/json; charset=utf-8');
    if (total !== undefined) void reply.header('x-total-count', total);
    if (capped) void reply.header('x-total-count-capped', 'true');
    if (next !== undefined) void reply.header('link', linkTo(request.url, { cursor: next }));
    else if (held !== undefined) void reply.header('link', linkTo(request.url, { offset: held }));
    await reply.send(bytes);
  },
  describe: (json) => json,
};

/** The `Link` to the rest of a list (RFC 8288): after a cursor, or so many rows further. */
function linkTo(url: string, rest: { cursor: string } | { offset: number }): string {
  const [path, query] = url.split('?');
  const next = new URLSearchParams(query);
  if ('cursor' in rest) {
    for (const name of ['offset', 'page']) next.delete(name);
    next.set('cursor', rest.cursor);
  } else next.set('offset', String(Number(next.get('offset') ?? 0) + rest.offset));
  return `<${path}?${next}>; rel="next"`;
}
