import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { CallOptions } from './options.js';
import type { Route } from './route.js';
import type { Transport } from './transport.js';
import type { StreamEvent } from './types.js';

/** As the HTML standard suggests where the server names no time. */
const RECONNECT_MS = 3_000;

/**
 * Server-Sent Events without end: after a lost connection it continues behind the last event. Leave the loop, or abort, to close it.
 * @throws SkepError if the API refuses the stream @throws Error if it cannot be reached, also after the retries of a call
 */
export async function* streamEvents(
  transport: Transport,
  route: Route,
  input: Record<string, unknown>,
  options: CallOptions,
): AsyncGenerator<StreamEvent, never> {
  let last: string | undefined;
  let waitMs = RECONNECT_MS;
  for (;;) {
    const headers = { accept: 'text/event-stream', ...(last && { 'last-event-id': last }) };
    const { body } = await transport.send(route, input, options, undefined, headers);
    const parser = new EventSourceParserStream({ onRetry: (ms) => (waitMs = ms) });
    const reader = body?.pipeThrough(new TextDecoderStream()).pipeThrough(parser).getReader();
    try {
      for (let next = await reader?.read(); next && !next.done; next = await reader?.read()) {
        const { id, event, data } = next.value;
        last = id ?? last;
        yield { ...(id && { id }), ...(event && { event }), data: JSON.parse(data) };
      }
    } catch (error) {
      if (options.signal?.aborted || error instanceof SyntaxError) throw error;
    } finally {
      await reader?.cancel().catch(() => {});
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}
