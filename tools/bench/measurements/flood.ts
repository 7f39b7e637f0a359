import { credentials, logIn } from '../client.ts';
import { flood, type Load, pace } from '../load.ts';
import { progress } from '../progress.ts';
import { median } from '../statistics.ts';
import type { Column, Measurement, Row } from '../measurement.ts';

const RATE = 200;
const LOGINS = 16;
const path = '/v1/billing/balance';

export const description = `whether a flood of logins slows down other requests: balance reads at ${RATE}/s, with and without it`;

interface Figures extends Row {
  p50: number;
  p99: number;
  logins: number | undefined;
}

const COLUMNS: Column<Figures>[] = [
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 2 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 2 },
  { head: 'logins/s meanwhile', value: ({ logins }) => logins, digits: 0 },
];

export const run: Measurement['run'] = async (skep, { seconds, rounds }) => {
  const { access_token: token } = await logIn(skep);
  const reads = { url: skep.url + path, requests: [{ headers: { authorization: `Bearer ${token}` } }], rate: RATE };
  const body = JSON.stringify(credentials(skep.secrets));
  const headers = { 'content-type': 'application/json' };
  const logins = { url: skep.url, connections: LOGINS, requests: [{ method: 'POST' as const, path: '/v1/auth/login', headers, body }] };
  const alone = () => pace({ ...reads, seconds });
  const flooded = async () => {
    // As long as the reads, which start with one second for opening their connections.
    const [read, login] = await Promise.all([pace({ ...reads, seconds }), flood({ ...logins, seconds: seconds + 2 })]);
    return { ...read, failed: read.failed + login.failed, failure: read.failure ?? login.failure, logins: login.rps };
  };
  await pace({ ...reads, seconds: 1 });
  const sides: Side[] = [
    { name: 'alone', round: alone, taken: [] },
    { name: 'beside a flood of logins', round: flooded, taken: [] },
  ];
  for (let turn = 1; turn <= rounds; turn++)
    for (const { name, round, taken } of sides) {
      const figures = await round();
      taken.push(figures);
      progress(`flood: ${name}, round ${turn} of ${rounds}: p99 ${figures.p99.toFixed(1)} ms`);
    }
  const results = Object.fromEntries(sides.map(({ name, taken }) => [name, summary(taken)]));
  const [before = Number.NaN, beside = Number.NaN] = Object.values(results).map(({ p99 }) => p99);
  const targets = [{ name: 'p99 beside a flood of logins / alone', value: beside / before, atMost: 2 }];
  return { title: `GET ${path} at ${RATE}/s, with and without ${LOGINS} connections that log in`, results, targets, columns: COLUMNS };
};

type Round = Load & { logins?: number };

interface Side {
  name: string;
  round: () => Promise<Round>;
  taken: Round[];
}

const summary = (rounds: Round[]): Figures => ({
  p50: median(rounds.map(({ p50 }) => p50)),
  p99: median(rounds.map(({ p99 }) => p99)),
  logins: rounds[0]?.logins && median(rounds.map(({ logins = 0 }) => logins)),
  failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  failure: rounds.find(({ failure }) => failure)?.failure,
});
