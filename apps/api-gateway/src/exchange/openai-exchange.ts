import { Problem } from '@skep/contracts';
import { toOpenAiError } from '../http/openai-errors.js';
import type { Exchange, RouteCall } from '../route.js';
import { OpenStreams } from '../streams/open-streams.js';
import { SseStream } from '../streams/sse-stream.js';
import { jsonExchange } from './json-exchange.js';

type OpenAiError = ReturnType<typeof toOpenAiError>;
type Sent = Parameters<SseStream['send']>[0];

/** How one of OpenAI’s APIs streams. */
interface Dialect {
  name: string;
  toEvent: (part: string) => Sent;
  toError: (error: OpenAiError) => Sent;
  /** The last event, if it has one. */
  end?: Sent;
}

/**
 * An answer as OpenAI sends it: JSON, or with `stream` in the body the parts of the answer as Server-Sent Events. What fails before the first
 * part is an ordinary error; later it is an event.
 */
const exchangeOf = (dialect: Dialect): Exchange => ({
  name: dialect.name,
  fills: [],
  config: {},
  answer: async (call) => {
    const { stream } = (call.request.body ?? {}) as { stream?: unknown };
    await (stream === true ? answerInParts(call, dialect) : jsonExchange.answer(call));
  },
  describe: (json) => {
    const { 200: ok, ...others } = json.responses;
    const content = { ...(ok?.['content'] as object), 'text/event-stream': { schema: { type: 'string' } } };
    return { ...json, responses: { 200: { ...ok, content }, ...others } };
  },
});

async function answerInParts({ request, reply, forward, reauthorize, get }: RouteCall, { toEvent, toError, end }: Dialect): Promise<void> {
  const streams = get(OpenStreams);
  const { user, session } = request.caller;
  const release = streams.reserve(user);
  let sse: SseStream | undefined;
  const open = () => {
    if (sse) return sse;
    sse = SseStream.open(reply, false);
    streams.add(sse, { user, session, verify: reauthorize }, release);
    return sse;
  };
  try {
    await forward({}, (part) => open().send(toEvent(Buffer.from(part).toString())));
  } catch (error) {
    if (!sse) release();
    if (!sse || !(error instanceof Problem)) throw error;
    sse.send(toError(toOpenAiError(error.body)));
    return sse.close();
  }
  if (end) open().send(end);
  open().close();
}

/** Chat completions: events without names, and `[DONE]` at the end. */
export const openAiExchange = exchangeOf({
  name: 'openai',
  toEvent: (data) => ({ data }),
  toError: (error) => ({ data: JSON.stringify({ error }) }),
  end: { data: '[DONE]' },
});

/** Responses: events that are named by their `type`. Clients read an error from `error`, or from beside it. */
export const openAiResponsesExchange = exchangeOf({
  name: 'openai responses',
  toEvent: (data) => ({ event: (JSON.parse(data) as { type: string }).type, data }),
  toError: (error) => ({ event: 'error', data: JSON.stringify({ ...error, type: 'error', error }) }),
});
