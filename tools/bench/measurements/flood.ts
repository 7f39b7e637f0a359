import { measureBeside } from '../beside.ts';
import { credentials, logIn } from '../client.ts';
import type { Measurement } from '../measurement.ts';

const RATE = 200;
const LOGINS = 16;
const path = '/v1/billing/balance';

export const description = `whether a flood of logins slows down other requests: balance reads at ${RATE}/s, with and without it`;

export const run: Measurement['run'] = async (skep, options) => {
  const { access_token: token } = await logIn(skep);
  const body = JSON.stringify(credentials(skep.secrets));
  const headers = { 'content-type': 'application/json' };
  return measureBeside(
    {
      name: 'flood',
      title: `GET ${path} at ${RATE}/s, with and without ${LOGINS} connections that log in`,
      url: skep.url,
      requests: [{ path, headers: { authorization: `Bearer ${token}` } }],
      rate: RATE,
      what: 'a flood of logins',
      flood: { connections: LOGINS, requests: [{ method: 'POST', path: '/v1/auth/login', headers, body }], unit: 'logins' },
      atMost: 2,
    },
    options,
  );
};
