import { ApiProblem } from '../../data/api.js';
import { openEvents, type StreamEvent } from '../../data/event-source.js';
import { m } from '../../messages/index.js';

/** The last event of a board, an answer or a chart. */
const ENDS = ['board.completed', 'done', 'error'];
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];

interface Following {
  /** With one, the stream begins with a POST. It has an id of the client's, so that the same request begins one stream. */
  body?: object;
  key?: string;
  /** Where a stream that breaks continues, from what its events say. */
  resumeAt?: (event: StreamEvent) => string | undefined;
  onEvent: (event: StreamEvent) => void;
  signal: AbortSignal;
}

/** Reads a stream to its last event, and continues where a connection broke. @throws ApiProblem */
export async function follow(path: string, { body, key, resumeAt, onEvent, signal }: Following): Promise<void> {
  let at = { path, body, key };
  let lastId: string | undefined;
  for (let breaks = 0; breaks <= PAUSES_MS.length; breaks++) {
    try {
      const events = await openEvents(at.path, { ...at, lastId, signal });
      if (!events) return;
      for await (const event of events) {
        breaks = 0;
        lastId = event.id ?? lastId;
        const next = resumeAt?.(event);
        if (next) at = { path: next, body: undefined, key: undefined };
        onEvent(event);
        if (ENDS.includes(event.event)) return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiProblem && error.status !== 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSES_MS[breaks]));
  }
  throw new ApiProblem(0, 'offline', m.errors.offline);
}
