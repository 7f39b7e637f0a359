import { credentials } from '../client.mjs';
import { contest } from '../contest.mjs';

const path = '/v1/auth/login';
const connections = 16;

export const description = 'a login: argon2id (19 MiB, two passes), a new session, a signed token';

/** @type {import('./index.mjs').Measure} */
export async function run(skep, options) {
  const { 'api-gateway': gateway, 'auth-gateway': auth, nats, postgres } = skep.pids;
  const headers = { 'content-type': 'application/json' };
  const requests = [{ method: 'POST', path, headers, body: JSON.stringify(credentials(skep.secrets)) }];
  const results = await contest('login', [{ name: 'skep', url: skep.url, requests, pids: { gateway, auth, nats, postgres } }], {
    ...options,
    connections,
  });
  const targets = [{ name: 'logins/s for each core spent', value: results.skep.rpsPerCore, atLeast: 25 }];
  return { title: `POST ${path}, ${connections} connections`, results, targets };
}
