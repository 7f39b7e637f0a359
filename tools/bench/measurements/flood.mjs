import { credentials, logIn } from '../client.mjs';
import { flood, pace } from '../load.mjs';
import { progress } from '../progress.mjs';
import { median } from '../statistics.mjs';

const RATE = 200;
const LOGINS = 16;
const path = '/v1/billing/balance';

export const description = `whether a flood of logins slows down other requests: balance reads at ${RATE}/s, with and without it`;

const COLUMNS = [
  ['p50 ms', ({ p50 }) => p50, 2],
  ['p99 ms', ({ p99 }) => p99, 2],
  ['logins/s meanwhile', ({ logins }) => logins, 0],
];

/** @type {import('./index.mjs').Measure} */
export async function run(skep, { seconds, rounds }) {
  const { access_token: token } = await logIn(skep);
  const reads = { url: skep.url + path, requests: [{ headers: { authorization: `Bearer ${token}` } }], rate: RATE };
  const body = JSON.stringify(credentials(skep.secrets));
  const headers = { 'content-type': 'application/json' };
  const logins = { url: skep.url, connections: LOGINS, requests: [{ method: 'POST', path: '/v1/auth/login', headers, body }] };
  const alone = () => pace({ ...reads, seconds });
  const flooded = async () => {
    // As long as the reads, which start with one second for opening their connections.
    const [read, login] = await Promise.all([pace({ ...reads, seconds }), flood({ ...logins, seconds: seconds + 2 })]);
    return { ...read, failed: read.failed + login.failed, failure: read.failure ?? login.failure, logins: login.rps };
  };
  await pace({ ...reads, seconds: 1 });
  const taken = { alone: [], 'beside a flood of logins': [] };
  for (let turn = 1; turn <= rounds; turn++)
    for (const [name, round] of Object.entries({ alone, 'beside a flood of logins': flooded })) {
      const figures = await round();
      taken[name].push(figures);
      progress(`flood: ${name}, round ${turn} of ${rounds}: p99 ${figures.p99.toFixed(1)} ms`);
    }
  const results = Object.fromEntries(Object.entries(taken).map(([name, rounds]) => [name, summary(rounds)]));
  const [before, beside] = Object.values(results);
  const targets = [{ name: 'p99 beside a flood of logins / alone', value: beside.p99 / before.p99, atMost: 2 }];
  return { title: `GET ${path} at ${RATE}/s, with and without ${LOGINS} connections that log in`, results, targets, columns: COLUMNS };
}

const summary = (rounds) => ({
  p50: median(rounds.map(({ p50 }) => p50)),
  p99: median(rounds.map(({ p99 }) => p99)),
  logins: rounds[0].logins && median(rounds.map(({ logins }) => logins)),
  failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  failure: rounds.find(({ failure }) => failure)?.failure,
});
