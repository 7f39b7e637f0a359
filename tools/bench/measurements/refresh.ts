import type { Request } from 'autocannon';
import { logIn } from '../client.ts';
import { contest } from '../contest.ts';
import type { Skep } from '../skep.ts';
import type { Measurement } from '../measurement.ts';

const path = '/v1/auth/refresh';
const connections = 64;

export const description = 'a refresh: the token rotates, an access token is signed; each connection uses the token from its last answer';

export const run: Measurement['run'] = async (skep, options) => {
  const { 'api-gateway': gateway, 'auth-gateway': auth, nats, postgres } = skep.pids;
  const tokens = await sessions(skep);
  const results = await contest(
    'refresh',
    [{ name: 'skep', url: skep.url, requests: [trading(tokens)], after: tokens.giveBack, pids: { gateway, auth, nats, postgres } }],
    { ...options, connections },
  );
  const targets = [{ name: 'refreshes/s for each core spent', value: results.skep.rpsPerCore ?? Number.NaN, atLeast: 500 }];
  return { title: `POST ${path}, ${connections} connections`, results, targets };
};

/** Creates one session per connection. If the end of a round interrupts an answer, the token is still valid: it may be repeated within seconds. */
type Sessions = Awaited<ReturnType<typeof sessions>>;

async function sessions(skep: Skep) {
  const free: string[] = [];
  const away = new Set<string>();
  for (let i = 0; i < connections; i += 8)
    free.push(...(await Promise.all(Array.from({ length: 8 }, () => logIn(skep)))).map(({ refresh_token }) => refresh_token));
  return {
    take(): string {
      const token = free.pop();
      if (token === undefined) throw new Error('Every session is in use.');
      away.add(token);
      return token;
    },
    trade(old: string, fresh: string) {
      away.delete(old);
      free.push(fresh);
    },
    giveBack() {
      free.push(...away);
      away.clear();
    },
  };
}

/** What autocannon keeps between a request and its response. */
interface Context {
  token?: string;
}

const trading = (tokens: Sessions): Request => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  setupRequest(request: Request, context: Context) {
    context.token = tokens.take();
    return { ...request, body: JSON.stringify({ refresh_token: context.token }) };
  },
  onResponse(status: number, body: string, { token = '' }: Context) {
    tokens.trade(token, status === 200 ? (JSON.parse(body) as { refresh_token: string }).refresh_token : token);
  },
});
