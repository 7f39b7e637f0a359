import { isRaw } from '@skep/contracts';
import { deviceStatus } from '../http/oauth-errors.js';
import { sendRaw } from '../http/raw-response.js';
import type { Json } from '../openapi/json.js';
import type { Exchange, RouteCall } from '../route.js';

const JSON_TYPE = 'application/json';

/** JSON of a media type, or a form on OAuth routes; the reply of the service is the answer, as bytes. With the status 204 there is none. */
const exchangeOf = (name: string, mediaType: string): Exchange => ({
  name,
  fills: [],
  config: {},
  answer: async ({ route, request, reply, forward }: RouteCall): Promise<void> => {
    const { bytes, total, capped, held, next } = await forward();
    const { output } = route.operation;
    if (isRaw(output)) return void (await sendRaw(request, reply, route, output.mediaType, bytes));
    const status = route.oauth ? deviceStatus(request, bytes, route.status) : route.status;
    void reply.code(status);
    if (status === 204) return void (await reply.send());
    void reply.header('content-type', `${mediaType}; charset=utf-8`);
    if (total !== undefined) void reply.header('x-total-count', total);
    if (capped) void reply.header('x-total-count-capped', 'true');
    if (next !== undefined) void reply.header('link', linkTo(request.url, { cursor: next }));
    else if (held !== undefined) void reply.header('link', linkTo(request.url, { offset: held }));
    await reply.send(bytes);
  },
  describe: (json) =>
    mediaType === JSON_TYPE ? json : { ...json, responses: mapValues(json.responses, (response) => inType(response, mediaType)) },
});

export const jsonExchange = exchangeOf('json', JSON_TYPE);
export const scimExchange = exchangeOf('scim', 'application/scim+json');

/** The description of a response with its JSON in another media type. */
function inType(response: Json, mediaType: string): Json {
  const { [JSON_TYPE]: content, ...others } = (response['content'] ?? {}) as Record<string, Json>;
  return content ? { ...response, content: { ...others, [mediaType]: content } } : response;
}

const mapValues = <T>(object: Record<string, T>, change: (value: T) => T) =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

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
