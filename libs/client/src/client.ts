import { routes } from './generated/routes.js';
import type { CallOptions, ClientOptions } from './options.js';
import { streamEvents } from './stream-events.js';
import { Transport } from './transport.js';
import type { Input, OperationId, Output, Row } from './types.js';

type Arguments<K extends OperationId> =
  Record<never, never> extends Input<K> ? [input?: Input<K>, options?: CallOptions] : [input: Input<K>, options?: CallOptions];

/** All operations of the public API, by their ids. */
export type Client = { [K in OperationId]: (...args: Arguments<K>) => Output<K> } & {
  /** All rows of a list, page by page. */
  rows<K extends OperationId>(operation: K, input: Input<K>): AsyncGenerator<Row<K>, void>;
};

/**
 * A client of one installation. Each operation takes the fields of its path, query and body in one object, and rejects with a SkepError when
 * the API answers with a problem. Calls that fail in passing are repeated, with an Idempotency-Key where they have an effect.
 */
export function createClient({ url, credentials = {}, retries = 3, timeoutMs = 100_000 }: ClientOptions): Client {
  const transport = new Transport(new URL(url), credentials, retries, timeoutMs);
  const operations = Object.entries(routes).map(([name, route]) => [
    name,
    (input: Record<string, unknown> = {}, options: CallOptions = {}) => {
      if (route.answer === 'events') return streamEvents(transport, route, input, options);
      const response = transport.send(route, input, options);
      return route.answer === 'json' ? response.then((answer) => answer.json()) : response;
    },
  ]);
  const rows = async function* (operation: OperationId, input: Record<string, unknown>) {
    for (let page: string | undefined, first = true; first || page; first = false) {
      const response = await transport.send(routes[operation], input, {}, page);
      yield* (await response.json()) as unknown[];
      page = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
  };
  return { ...Object.fromEntries(operations), rows } as Client;
}
