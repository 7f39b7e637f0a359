import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { connected } from '../database.ts';
import type { Column, Measurement, Row } from '../measurement.ts';
import { progress } from '../progress.ts';
import type { Figures } from '../runs/race.ts';
import { median } from '../statistics.ts';

const CHAINS = 4_000;
/** A fifth of the chains a second that Skep should reach. */
const RATE = 100;
const CONTESTANTS = ['skep', 'pg-boss', 'graphile-worker'];

export const description = 'runs of three short steps, beside three chained jobs of pg-boss and of graphile-worker';

interface Contested extends Row, Figures {}

const COLUMNS: Column<Contested>[] = [
  { head: 'chains/s', value: ({ perSecond }) => perSecond, digits: 0 },
  { head: `first piece at ${RATE}/s, p50 ms`, value: ({ firstP50 }) => firstP50, digits: 1 },
  { head: 'p99 ms', value: ({ firstP99 }) => firstP99, digits: 1 },
];

export const run: Measurement['run'] = async ({ postgresUrl }, { seconds, rounds }) => {
  const taken = new Map<string, Figures[]>(CONTESTANTS.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round++)
    for (const [name, figures] of taken) {
      const measured = await raceAlone(name, postgresUrl, seconds);
      figures.push(measured);
      progress(`runs: ${name}, round ${round} of ${rounds}: ${measured.perSecond.toFixed(0)} chains/s`);
    }
  const of = (name: string): Contested => {
    const figures = taken.get(name)!;
    const middle = (key: keyof Figures) => median(figures.map((each) => each[key]));
    return { perSecond: middle('perSecond'), firstP50: middle('firstP50'), firstP99: middle('firstP99') };
  };
  const results = Object.fromEntries(CONTESTANTS.map((name) => [name, of(name)]));
  const { skep, ...others } = results as Record<'skep', Contested> & Record<string, Contested>;
  const fastest = Math.max(...Object.values(others).map(({ perSecond }) => perSecond));
  const targets = [
    { name: 'skep / the faster of the others', value: skep.perSecond / fastest, atLeast: 0.8 },
    { name: 'skep, chains/s', value: skep.perSecond, atLeast: 500 },
    { name: 'skep, p99 to the first step, ms', value: skep.firstP99, atMost: 50 },
  ];
  return {
    title: `${CHAINS.toLocaleString('en')} chains of three pieces of work, each contestant in one process and a database of its own`,
    results,
    targets,
    columns: COLUMNS,
  };
};

/** Runs one contestant in a new database. */
async function raceAlone(name: string, postgresUrl: string, seconds: number): Promise<Figures> {
  const database = `bench_runs_${name.replace('-', '_')}`;
  return connected(postgresUrl, async (admin) => {
    try {
      await admin.query(`drop database if exists ${database} with (force)`);
      await admin.query(`create database ${database}`);
      const program = fileURLToPath(new URL(`../runs/${name}.ts`, import.meta.url));
      const url = Object.assign(new URL(postgresUrl), { pathname: `/${database}` }).href;
      const env = { ...process.env, CHAINS: String(CHAINS), RATE: String(RATE), SECONDS: String(seconds), POSTGRES_URL: url };
      const { stdout } = await promisify(execFile)(process.execPath, [program], { env, timeout: 300_000 });
      return JSON.parse(stdout.trim().split('\n').at(-1)!) as Figures;
    } finally {
      await admin.query(`drop database if exists ${database} with (force)`);
    }
  });
}
