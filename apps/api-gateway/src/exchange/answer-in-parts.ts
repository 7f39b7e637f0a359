import { Problem } from '@skep/contracts';
import type { RouteCall } from '../route.js';
import { OpenStreams } from '../streams/open-streams.js';
import { SseStream } from '../streams/sse-stream.js';

type Sent = Parameters<SseStream['send']>[0];

/** The events of an answer whose service sends parts of it. */
export interface PartsForm {
  toEvent: (part: string) => Sent;
  toError: (problem: Problem['body'], retryAfter?: number) => Sent;
  /** The last event, if there is one. @param answer the JSON of the whole answer */
  toEnd?: (answer: string) => Sent;
}

/** Sends the parts of an answer as Server-Sent Events. What fails before the first part is an ordinary error; later it is an event. */
export async function answerInParts(
  { request, reply, forward, reauthorize, get }: RouteCall,
  { toEvent, toError, toEnd }: PartsForm,
): Promise<void> {
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
    const { bytes } = await forward({}, (part) => open().send(toEvent(Buffer.from(part).toString())));
    if (toEnd) open().send(toEnd(Buffer.from(bytes).toString()));
  } catch (error) {
    if (!sse) release();
    if (!sse || !(error instanceof Problem)) throw error;
    sse.send(toError(error.body, error.retryAfter));
    return sse.close();
  }
  open().close();
}
