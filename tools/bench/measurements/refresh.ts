import { contest } from '../contest.ts';
import { openSessions, refreshOf } from '../sessions.ts';
import type { Measurement } from '../measurement.ts';

const connections = 64;

export const description = 'a refresh: the token rotates, an access token is signed; each connection uses the token from its last answer';

export const run: Measurement['run'] = async (skep, options) => {
  const { 'api-gateway': gateway, 'auth-gateway': auth, nats, postgres } = skep.pids;
  const sessions = await openSessions(skep, connections);
  const request = refreshOf(sessions);
  const results = await contest(
    'refresh',
    [{ name: 'skep', url: skep.url, requests: [request], after: sessions.giveBack, pids: { gateway, auth, nats, postgres } }],
    { ...options, connections },
  );
  const targets = [{ name: 'refreshes/s for each core spent', value: results.skep.rpsPerCore ?? Number.NaN, atLeast: 500 }];
  return { title: `POST ${request.path}, ${connections} connections`, results, targets };
};
