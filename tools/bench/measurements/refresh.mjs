import { logIn } from '../client.mjs';
import { contest } from '../contest.mjs';

const path = '/v1/auth/refresh';
const connections = 64;

export const description = 'a refresh: the token rotates, an access token is signed; each connection uses the token from its last answer';

/** @type {import('./index.mjs').Measure} */
export async function run(skep, options) {
  const { 'api-gateway': gateway, 'auth-gateway': auth, nats, postgres } = skep.pids;
  const tokens = await sessions(skep);
  const results = await contest(
    'refresh',
    [{ name: 'skep', url: skep.url, requests: [trading(tokens)], after: tokens.giveBack, pids: { gateway, auth, nats, postgres } }],
    { ...options, connections },
  );
  const targets = [{ name: 'refreshes/s for each core spent', value: results.skep.rpsPerCore, atLeast: 500 }];
  return { title: `POST ${path}, ${connections} connections`, results, targets };
}

/** Creates one session per connection. If the end of a round interrupts an answer, the token is still valid: it may be repeated within seconds. */
async function sessions(skep) {
  const free = [];
  const away = new Set();
  for (let i = 0; i < connections; i += 8)
    free.push(...(await Promise.all(Array.from({ length: 8 }, () => logIn(skep)))).map(({ refresh_token }) => refresh_token));
  return {
    take() {
      const token = free.pop();
      away.add(token);
      return token;
    },
    trade(old, fresh) {
      away.delete(old);
      free.push(fresh);
    },
    giveBack() {
      free.push(...away);
      away.clear();
    },
  };
}

const trading = (tokens) => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json' },
  setupRequest(request, context) {
    context.token = tokens.take();
    return { ...request, body: JSON.stringify({ refresh_token: context.token }) };
  },
  onResponse(status, body, { token }) {
    tokens.trade(token, status === 200 ? JSON.parse(body).refresh_token : token);
  },
});
