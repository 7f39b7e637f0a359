import { exampleOf, Problem, TooLarge } from '@skep/contracts';
import { OriginNotAllowed, type ShownMessage, type WidgetChat, WidgetMessage } from '@skep/contracts/channels';
import type { Reply } from '@skep/platform';
import { parseBody } from '../http/body.js';
import { readStream } from '../http/read-stream.js';
import type { Json } from '../openapi/json.js';
import type { Described, Exchange, RouteCall } from '../route.js';
import { Activities } from '../streams/activities.js';
import { OpenStreams } from '../streams/open-streams.js';
import { jsonExchange } from './json-exchange.js';

/**
 * Requests of pages of other origins: JSON of any media type, because browsers send plain text without a preflight. The
 * operation decides about the origin, and only then may the page read the answer. No cookie counts.
 */
export const widgetExchange = (maxBytes: number): Exchange => ({
  ...{ name: 'widget', fills: [], config: { stream: true }, problems: [TooLarge] },
  answer: (call) => jsonExchange.answer({ ...call, forward: () => ask(call, maxBytes) }),
  describe: alsoAsText,
});

/** The messages of a visitor as Server-Sent Events: the latest ones, and then each new one. */
export const widgetStreamExchange = (maxBytes: number): Exchange => ({
  ...widgetExchange(maxBytes),
  name: 'widget stream',
  answer: async (call) => {
    const { tenant_id, user_id, session_id } = chatOf(await ask(call, maxBytes));
    const stream = call.get(OpenStreams).open(call.reply, { user: `visitor ${session_id}`, verify: () => undefined });
    const sent = new Set<string>();
    const send = ({ id, direction, content, created_at }: WidgetMessage) => {
      if (sent.has(id)) return;
      sent.add(id);
      stream.send({ id, event: 'message', data: JSON.stringify({ id, direction, content, created_at }) });
    };
    // What comes before the earlier messages are sent waits for these.
    let waiting: WidgetMessage[] | undefined = [];
    const leave = call.get(Activities).follow({ tenant: tenant_id, user: user_id }, ({ type, data }) => {
      if (type === 'channel_status' && isStopped(data as Json)) return stream.close();
      if (type !== 'new_message' || (data as ShownMessage).session_id !== session_id) return;
      if (waiting) waiting.push(data as ShownMessage);
      else send(data as ShownMessage);
    });
    stream.signal.addEventListener('abort', leave, { once: true });
    try {
      for (const message of [...chatOf(await call.forward()).messages, ...waiting]) send(message);
      waiting = undefined;
    } catch {
      // The page connects again.
      stream.close();
    }
  },
  describe: (json, route, place): Described => {
    const { responses, ...rest } = alsoAsText(json);
    const { 200: ok, ...problems } = responses;
    const content = { 'text/event-stream': { schema: place(WidgetMessage), example: exampleOf(WidgetMessage) } };
    return {
      ...rest,
      responses: { 200: { ...ok, description: `${route.operation.summary}: Server-Sent Events \`message\`.`, content }, ...problems },
    };
  },
});

const chatOf = ({ bytes }: Reply): WidgetChat => JSON.parse(Buffer.from(bytes).toString()) as WidgetChat;
const isStopped = ({ channel, running }: Json): boolean => channel === 'web' && running === false;

async function ask({ request, reply, forward }: RouteCall, maxBytes: number): Promise<Reply> {
  request.body = parseBody(await readStream(request, maxBytes));
  const { origin } = request.headers;
  const allow = () => origin && void reply.headers({ 'access-control-allow-origin': origin, vary: 'origin' });
  try {
    const answer = await forward();
    allow();
    return answer;
  } catch (error) {
    // A page that is allowed also reads what is wrong.
    if (error instanceof Problem && error.body.code !== OriginNotAllowed.code) allow();
    throw error;
  }
}

/** The same body as plain text. */
function alsoAsText({ requestBody, ...rest }: Described): Described {
  const { 'application/json': body, ...others } = (requestBody?.['content'] ?? {}) as Record<string, Json>;
  return { ...rest, requestBody: { ...requestBody, content: { 'application/json': body, 'text/plain': body, ...others } } };
}
