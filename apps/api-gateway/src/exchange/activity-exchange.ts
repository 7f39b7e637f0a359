import { exampleOf, type Type } from '@skep/contracts';
import { Activities } from '../streams/activities.js';
import { OpenStreams } from '../streams/open-streams.js';
import type { Described, Exchange, RouteCall } from '../route.js';

const HEARTBEAT_MS = 30_000;

/** What happens to the caller, as Server-Sent Events. The gateway keeps none of it: a client that reconnects reads the lists again. */
export const activityExchange = (type: Type): Exchange => ({
  name: 'activity',
  fills: [],
  config: {},
  answer: async ({ request, reply, forward, reauthorize, get }: RouteCall): Promise<void> => {
    await forward();
    const { tenant, user, session } = request.caller;
    const stream = get(OpenStreams).open(reply, { user, session, verify: reauthorize });
    const send = (event: string, data: object) => stream.send({ event, data: JSON.stringify(data) });
    const leave = get(Activities).follow({ tenant, user }, (activity) => send(activity.type, activity.data));
    const heartbeat = setInterval(() => send('heartbeat', { status: 'alive' }), HEARTBEAT_MS).unref();
    stream.signal.addEventListener('abort', () => (clearInterval(heartbeat), leave()), { once: true });
    send('connected', { status: 'connected' });
  },
  describe: ({ responses, ...rest }: Described, { operation: { summary } }, place): Described => {
    const { 200: ok, ...problems } = responses;
    return {
      ...rest,
      responses: {
        200: {
          ...ok,
          description: `${summary}: Server-Sent Events \`connected\`, \`heartbeat\` every ${HEARTBEAT_MS / 1_000} seconds, and those of \`type\`, each with \`data\`.`,
          content: { 'text/event-stream': { schema: place(type), example: exampleOf(type) } },
        },
        ...problems,
      },
    };
  },
});
