import { isDeepStrictEqual } from 'node:util';
import { logIn } from '../client.mjs';
import { contest } from '../contest.mjs';
import { startRival } from '../rivals.mjs';

const path = '/v1/billing/balance';

export const description = 'an authenticated read through gateway, bus and database, compared with a textbook and a minimal implementation';

/** @type {import('./index.mjs').Measure} */
export async function run(skep, options) {
  const { access_token: token } = await logIn(skep);
  await skep.http('GET', path, { token }); // the first read creates the wallet that all three read
  const rivals = [];
  try {
    for (const name of ['book', 'bare']) rivals.push({ name, ...(await startRival(name, skep, token)) });
    const { 'api-gateway': gateway, billing, nats, postgres } = skep.pids;
    const contestants = [{ name: 'skep', url: skep.url, pids: { gateway, billing } }, ...rivals].map(({ name, url, pids }) => ({
      name,
      url: url + path,
      requests: [{ headers: { authorization: `Bearer ${token}` } }],
      pids: { ...pids, nats, postgres },
    }));
    await mustAgree(contestants, token);
    const results = await contest('balance', contestants, { ...options, halfPeak: true });
    return { title: `GET ${path}, 64 connections`, results, targets: targets(results) };
  } finally {
    await Promise.all(rivals.map((rival) => rival.stop()));
  }
}

const targets = ({ skep, book, bare }) => [
  { name: 'skep / book', value: skep.rps / book.rps, atLeast: 4 },
  { name: 'skep / bare', value: skep.rps / bare.rps, atLeast: 0.7 },
  { name: 'skep, p99 at half of its peak, ms', value: skep.p99HalfPeak.spread, atMost: 15 },
];

/** Checks that all contestants give the same answer and refuse a forged token. */
async function mustAgree(contestants, token) {
  const answers = [];
  for (const { url } of contestants) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    answers.push(await response.json());
    const forged = await fetch(url, { headers: { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` } });
    if (forged.status !== 401) throw new Error(`${url} accepts a forged token (${forged.status})`);
  }
  const odd = answers.findIndex((answer) => !isDeepStrictEqual(answer, answers[0]));
  if (odd > 0) throw new Error(`${contestants[odd].name} answers ${JSON.stringify(answers[odd])}, skep ${JSON.stringify(answers[0])}`);
}
