import { ApiProblem, CSRF, toProblem } from './api.js';
import { m } from '../messages/index.js';

/** An event of a stream (Server-Sent Events). */
export interface StreamEvent {
  id: string | undefined;
  event: string;
  data: unknown;
}

interface Opening {
  /** With one, the request is a POST. */
  body?: object;
  /** The same request under the same key happens once. */
  key?: string;
  /** The id of the last event that was read: the stream continues after it. */
  lastId?: string | undefined;
  signal: AbortSignal;
}

/** Opens a stream; undefined if there is nothing more to read. @throws ApiProblem */
export async function openEvents(path: string, { body, key, lastId, signal }: Opening): Promise<AsyncGenerator<StreamEvent> | undefined> {
  const headers = {
    ...{ ...CSRF, accept: 'text/event-stream' },
    ...(body && { 'content-type': 'application/json' }),
    ...(key && { 'idempotency-key': key }),
    ...(lastId && { 'last-event-id': lastId }),
  };
  const response = await fetch(path, { headers, signal, ...(body && { method: 'POST', body: JSON.stringify(body) }) }).catch(() => {
    throw new ApiProblem(0, 'offline', m.errors.offline);
  });
  if (!response.ok) throw await toProblem(response);
  return response.status === 204 || !response.body ? undefined : readEvents(response.body);
}

async function* readEvents(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<StreamEvent> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  try {
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const blocks = (rest + part.value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) yield* parse(block);
    }
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

/** A block without data is a comment, which only keeps the connection open. */
function* parse(block: string): Generator<StreamEvent> {
  const field = (name: string) =>
    block.split('\n').flatMap((line) => (line.startsWith(`${name}:`) ? [line.slice(name.length + 1).trim()] : []));
  const data = field('data').join('\n');
  if (data) yield { id: field('id')[0], event: field('event')[0] ?? 'message', data: JSON.parse(data) as unknown };
}
