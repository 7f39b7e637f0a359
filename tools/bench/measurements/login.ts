import { credentials } from '../client.ts';
import { contest } from '../contest.ts';
import type { Measurement } from '../measurement.ts';

const path = '/v1/auth/login';
const connections = 16;

export const description = 'a login: argon2id (19 MiB, two passes), a new session, a signed token';

export const run: Measurement['run'] = async (skep, options) => {
  const { 'api-gateway': gateway, 'auth-gateway': auth, nats, postgres } = skep.pids;
  const headers = { 'content-type': 'application/json' };
  const requests = [{ method: 'POST' as const, path, headers, body: JSON.stringify(credentials(skep.secrets)) }];
  const results = await contest('login', [{ name: 'skep', url: skep.url, requests, pids: { gateway, auth, nats, postgres } }], {
    ...options,
    connections,
  });
  const targets = [{ name: 'logins/s for each core spent', value: results.skep.rpsPerCore ?? Number.NaN, atLeast: 25 }];
  return { title: `POST ${path}, ${connections} connections`, results, targets };
};
