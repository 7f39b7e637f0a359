// What the contestants of the measurement `runs` have in common. Each is a process of its own: it runs chains of three pieces of work, and
// prints its figures as JSON.
import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../statistics.ts';

/** What a contestant reports. */
export interface Figures {
  /** Chains a second, when as many as possible are started. */
  perSecond: number;
  /** Milliseconds from the start of a chain to its first piece, at a rate. */
  firstP50: number;
  firstP99: number;
}

export interface Contestant {
  /** Starts a chain. Its pieces call `began` first and `ended` last. */
  start(chain: number): Promise<unknown>;
}

/** Called by the pieces of a chain. */
export interface Marks {
  began(chain: number): void;
  ended(chain: number): void;
}

/** Starts chains from 64 places at once until all of CHAINS have ended, then RATE a second for SECONDS. */
export async function race(open: (marks: Marks, url: string) => Promise<Contestant>): Promise<void> {
  const { CHAINS = '', RATE = '', SECONDS = '', POSTGRES_URL = '' } = process.env;
  const [chains, rate, seconds] = [CHAINS, RATE, SECONDS].map(Number) as [number, number, number];
  const startedAt = new Map<number, number>();
  let firsts: number[] = [];
  let left = 0;
  let allEnded: () => void = () => undefined;
  const contestant = await open(
    {
      began: (chain) => void firsts.push(performance.now() - (startedAt.get(chain) ?? Number.NaN)),
      ended: () => void (--left || allEnded()),
    },
    POSTGRES_URL,
  );
  let next = 0;
  const startNext = () => {
    startedAt.set(next, performance.now());
    return contestant.start(next++);
  };
  const expecting = (count: number) => {
    left = count;
    return new Promise<void>((resolve) => (allEnded = resolve));
  };
  const warm = expecting(200);
  for (let i = 0; i < 200; i++) await startNext();
  await warm;

  const all = expecting(chains);
  const began = performance.now();
  const last = next + chains;
  await Promise.all(
    Array.from({ length: 64 }, async () => {
      while (next < last) await startNext();
    }),
  );
  await all;
  const perSecond = (chains * 1000) / (performance.now() - began);

  firsts = [];
  const paced = expecting(rate * seconds);
  for (let i = 0; i < rate * seconds; i++) {
    void startNext();
    await sleep(1000 / rate);
  }
  await paced;
  const figures: Figures = { perSecond, firstP50: percentile(firsts, 0.5), firstP99: percentile(firsts, 0.99) };
  console.log(JSON.stringify(figures));
  process.exit();
}
