import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';

/** Fixed, as Skep is started with it in SKEP_OAUTH_PROVIDERS, which this file prints when it is run. */
export const CALENDAR_PORT = 18_160;
const ORIGIN = `http://127.0.0.1:${CALENDAR_PORT}`;

/** The provider `calendar`, as SKEP_OAUTH_PROVIDERS names it. */
export const CALENDAR = {
  authorize_url: `${ORIGIN}/authorize`,
  token_url: `${ORIGIN}/token`,
  userinfo_url: `${ORIGIN}/userinfo`,
  client_id: 'skep',
  client_secret: 'calendar-secret',
};
/** What the template asks, here and at Google. */
export const CALENDAR_API = { ours: `${ORIGIN}/events`, google: 'https://www.googleapis.com/calendar/v3/calendars/primary' };

const TOKEN = 'calendar-token';

async function read(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part as string;
  return text;
}

/** A calendar with accounts, which a person connects by OAuth: it plays Google for the template `http-api`. */
export async function startCalendar(): Promise<{ close(): void }> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', ORIGIN);
    const say = (status: number, body: object, headers = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    void read(request).then((body) => {
      if (url.pathname === '/authorize') {
        const back = new URL(url.searchParams.get('redirect_uri') ?? ORIGIN);
        for (const [name, value] of [
          ['state', url.searchParams.get('state') ?? ''],
          ['code', 'agreed'],
        ] as const)
          back.searchParams.set(name, value);
        return say(302, {}, { location: back.href });
      }
      if (url.pathname === '/token') {
        const isCode = new URLSearchParams(body).get('code') === 'agreed';
        return isCode ? say(200, { access_token: TOKEN, token_type: 'Bearer', expires_in: 3600 }) : say(400, { error: 'invalid_grant' });
      }
      if (request.headers.authorization !== `Bearer ${TOKEN}`) return say(401, { error: 'invalid_token' });
      if (url.pathname === '/userinfo') return say(200, { sub: 'person', email: 'person@calendar.example' });
      if (request.method === 'POST') return say(200, { htmlLink: 'https://calendar.example/1', start: {} });
      return say(200, { items: [{ summary: 'Lunch', htmlLink: 'https://calendar.example/1', start: { date: '2026-06-21' } }] });
    });
  }).listen(CALENDAR_PORT, '127.0.0.1');
  await once(server, 'listening');
  return { close: () => server.close() };
}

if (import.meta.main) console.log(JSON.stringify({ calendar: CALENDAR }));
