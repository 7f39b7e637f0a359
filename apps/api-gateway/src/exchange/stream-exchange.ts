import { EventsMissing, exampleOf, isEvents, RunEnd, StepInterrupted } from '@skep/contracts';
import type { Exchange } from '../route.js';
import type { StreamForm } from '../streams/run-stream.js';
import { RunStreams } from '../streams/run-streams.js';

/**
 * The events of a run as Server-Sent Events, until its end. The operation returns the run, so it decides who may read it.
 * @param form that of an API of its own
 */
export const streamExchangeOf = (form?: StreamForm): Exchange => ({
  name: 'stream',
  fills: [],
  config: {},
  answer: (call) => call.get(RunStreams).answer(call, form),
  describe: ({ parameters, responses, ...rest }, { operation: { output, summary } }, place) => {
    const declared = isEvents(output) ? output.of : {};
    const ofPlatform = { 'run.interrupted': StepInterrupted, 'run.gap': EventsMissing, 'run.ended': RunEnd };
    const all = { ...declared, ...(!form && ofPlatform) };
    const names = Object.entries(all).map(([event, { name }]) => `\`${event}\` (${name})`);
    const { 200: ok, ...problems } = responses;
    return {
      ...rest,
      parameters: [...parameters, LAST_EVENT_ID],
      responses: {
        200: {
          ...ok,
          description: `${summary}: Server-Sent Events ${names.join(', ')}. The stream ends after \`${form?.last.join('` or `') ?? 'run.ended'}\`.`,
          content: {
            'text/event-stream': {
              schema: { anyOf: [...new Set(Object.values(all))].map((type) => place(type)) },
              example: exampleOf(Object.values(all)[0]!),
            },
          },
        },
        204: { description: 'The stream has ended, and you have all of it: do not reconnect.' },
        ...problems,
      },
    };
  },
});

export const streamExchange = streamExchangeOf();

const LAST_EVENT_ID = {
  name: 'Last-Event-ID',
  in: 'header',
  schema: { type: 'string' },
  description: 'The `id` of the last event that you received: the stream continues after it. Events are kept for an hour.',
};
