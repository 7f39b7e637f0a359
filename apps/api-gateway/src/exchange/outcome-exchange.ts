import { exampleOf, type Place, schemaOf, type Type } from '@skep/contracts';
import { matchesEtag, tagOf } from '../http/etag.js';
import type { Json } from '../openapi/json.js';
import type { Described, Exchange, Route, RouteCall } from '../route.js';
import { jsonExchange } from './json-exchange.js';

type Answer = Readonly<Record<string, unknown>>;

/** Status and headers that follow from the content of an answer. */
export interface Outcome {
  /** The status of answers that fit; others have that of the route. */
  statuses?: Readonly<Record<number, { when: (answer: Answer) => boolean; description: string }>>;
  /** Headers, each with its value, or undefined for none. */
  headers?: Readonly<Record<string, { of: (answer: Answer) => string | undefined; description: string }>>;
  /** `ETag` follows from the whole body; 304 when `If-None-Match` names it. */
  etag?: true;
  /** The field that is the body, for clients that expect null where there is nothing. */
  only?: string;
}

/** JSON whose content also sets the status and headers of the response. */
export const outcomeExchange = ({ statuses = {}, headers = {}, etag, only }: Outcome): Exchange => ({
  ...jsonExchange,
  name: 'outcome',
  answer: async ({ route, request, reply, forward }: RouteCall): Promise<void> => {
    const { bytes } = await forward();
    const answer = JSON.parse(Buffer.from(bytes).toString()) as Answer;
    for (const [name, { of }] of Object.entries(headers)) {
      const value = of(answer);
      if (value !== undefined) void reply.header(name, value);
    }
    if (etag) {
      const tag = tagOf(bytes);
      void reply.header('etag', tag);
      if (matchesEtag(request.headers['if-none-match'], tag)) return void (await reply.code(304).send());
    }
    const [status = route.status] = Object.entries(statuses).flatMap(([code, { when }]) => (when(answer) ? [Number(code)] : []));
    const body = only === undefined ? bytes : JSON.stringify(answer[only]);
    await reply.code(status).header('content-type', 'application/json; charset=utf-8').send(body);
  },
  describe: (json: Described, { status, operation }: Route, place: Place): Described => {
    const { [status]: whole, ...others } = json.responses as Record<string, Json & { headers?: Json }>;
    const usual = only === undefined ? whole : { ...whole, content: fieldAs(operation.output as Type, only, place) };
    const described = Object.entries({ ...headers, ...(etag && { etag: { description: 'Identifies this content.' } }) }).map(
      ([name, { description }]) => [name === 'etag' ? 'ETag' : name, { description, schema: { type: 'string' } }],
    );
    const answered = { ...usual, headers: { ...usual?.headers, ...Object.fromEntries(described) } };
    return {
      ...json,
      parameters: [...json.parameters, ...(etag ? [IF_NONE_MATCH] : [])],
      responses: {
        [status]: answered,
        ...Object.fromEntries(Object.entries(statuses).map(([code, { description }]) => [code, { ...answered, description }])),
        ...(etag && { 304: { description: 'You have this content already.' } }),
        ...others,
      },
    };
  },
});

/** The content of a response that is one field of an output. */
const fieldAs = (output: Type, field: string, place: Place): Json => ({
  'application/json': { schema: (schemaOf(output, place)['properties'] as Json)[field], example: exampleOf(output)[field] },
});

const IF_NONE_MATCH = { $ref: '#/components/parameters/IfNoneMatch' };
