import type { billing } from '@skep/contracts/billing';
import { isDeepStrictEqual } from 'node:util';
import { logIn } from '../client.ts';
import { contest, type Result } from '../contest.ts';
import { startRival } from '../rivals.ts';
import type { Measurement } from '../measurement.ts';

const path = '/v1/billing/balance';

type Name = 'skep' | 'book' | 'bare';

export const description = 'an authenticated read through gateway, bus and database, compared with a textbook and a minimal implementation';

export const run: Measurement['run'] = async (skep, options) => {
  const { access_token: token } = await logIn(skep);
  await skep.http<typeof billing.getBalance>('GET', path, { token }); // the first read creates the wallet that all three read
  const rivals: (Awaited<ReturnType<typeof startRival>> & { name: Name })[] = [];
  try {
    for (const name of ['book', 'bare'] as const) rivals.push({ name, ...(await startRival(name, skep, token)) });
    const { 'api-gateway': gateway, billing, nats, postgres } = skep.pids;
    const all = [{ name: 'skep' as const, url: skep.url, pids: { gateway, billing } }, ...rivals];
    const contestants = all.map(({ name, url, pids }) => ({
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
};

const targets = ({ skep, book, bare }: Record<Name, Result>) => [
  { name: 'skep / book', value: skep.rps / book.rps, atLeast: 4 },
  { name: 'skep / bare', value: skep.rps / bare.rps, atLeast: 0.7 },
  { name: 'skep, p99 at half of its peak, ms', value: skep.p99HalfPeak?.spread ?? Number.NaN, atMost: 15 },
];

/** Checks that all contestants give the same answer and refuse a forged token. */
async function mustAgree(contestants: { name: string; url: string }[], token: string): Promise<void> {
  const answers: unknown[] = [];
  for (const { url } of contestants) {
    const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    answers.push(await response.json());
    const forged = await fetch(url, { headers: { authorization: `Bearer ${token.slice(0, -8)}AAAAAAAA` } });
    if (forged.status !== 401) throw new Error(`${url} accepts a forged token (${forged.status})`);
  }
  const odd = answers.findIndex((answer) => !isDeepStrictEqual(answer, answers[0]));
  if (odd > 0) throw new Error(`${contestants[odd]?.name} answers ${JSON.stringify(answers[odd])}, skep ${JSON.stringify(answers[0])}`);
}
