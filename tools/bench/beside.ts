import type { Request } from 'autocannon';
import { flood, type Load, pace } from './load.ts';
import type { Column, Measured, Row } from './measurement.ts';
import type { Options } from './options.ts';
import { progress } from './progress.ts';
import { median } from './statistics.ts';

/** Requests at a steady rate, and a flood of other requests beside them. */
export interface Beside {
  name: string;
  title: string;
  url: string;
  requests: Request[];
  /** Requests a second. */
  rate: number;
  /** What the flood is, in words: "a flood of logins". */
  what: string;
  flood: { requests: Request[]; connections: number; /** What one request is: "logins". */ unit: string };
  /** How many times as long the steady requests may take beside the flood. */
  atMost: number;
}

interface Figures extends Row {
  p50: number;
  p99: number;
  floods: number | undefined;
}

type Round = Load & { floods?: number };

interface Side {
  name: string;
  round: () => Promise<Round>;
  taken: Round[];
}

/** Measures the steady requests alternately alone and beside the flood. The flood may be refused, the steady requests may not. */
export async function measureBeside(beside: Beside, { seconds, rounds }: Pick<Options, 'seconds' | 'rounds'>): Promise<Measured> {
  const { name, title, url, requests, rate, what, atMost } = beside;
  const steady = { url, requests, rate };
  const both = async (): Promise<Round> => {
    // As long as the steady requests, which start with one second for opening their connections.
    const [load, other] = await Promise.all([pace({ ...steady, seconds }), flood({ url, ...beside.flood, seconds: seconds + 2 })]);
    return { ...load, floods: other.rps };
  };
  await pace({ ...steady, seconds: 1 });
  const sides: Side[] = [
    { name: 'alone', round: () => pace({ ...steady, seconds }), taken: [] },
    { name: `beside ${what}`, round: both, taken: [] },
  ];
  for (let turn = 1; turn <= rounds; turn++)
    for (const side of sides) {
      const figures = await side.round();
      side.taken.push(figures);
      progress(`${name}: ${side.name}, round ${turn} of ${rounds}: p99 ${figures.p99.toFixed(1)} ms`);
    }
  const results = Object.fromEntries(sides.map((side) => [side.name, summary(side.taken)]));
  const [alone = Number.NaN, flooded = Number.NaN] = Object.values(results).map(({ p99 }) => p99);
  const targets = [{ name: `p99 beside ${what} / alone`, value: flooded / alone, atMost }];
  return { title, results, targets, columns: columns(beside.flood.unit) };
}

const columns = (unit: string): Column<Figures>[] => [
  { head: 'p50 ms', value: ({ p50 }) => p50, digits: 2 },
  { head: 'p99 ms', value: ({ p99 }) => p99, digits: 2 },
  { head: `${unit}/s meanwhile`, value: ({ floods }) => floods, digits: 0 },
];

const summary = (rounds: Round[]): Figures => ({
  p50: median(rounds.map(({ p50 }) => p50)),
  p99: median(rounds.map(({ p99 }) => p99)),
  floods: rounds[0]?.floods && median(rounds.map(({ floods = 0 }) => floods)),
  failed: rounds.reduce((sum, { failed }) => sum + failed, 0),
  failure: rounds.find(({ failure }) => failure)?.failure,
});
