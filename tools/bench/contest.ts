import { cpuBetween, cpuTimes, type Pids, quiet } from './cpu.ts';
import * as http from './load.ts';
import type { Load, Target } from './load.ts';
import { progress } from './progress.ts';
import { median } from './statistics.ts';

type Flood = Partial<Target> & { seconds: number; connections?: number | undefined };
type Pace = Partial<Target> & { seconds: number; rate: number };

/** A load generator. */
export interface Driver {
  flood(options: Flood): Promise<Load>;
  /** Requests at a rate, spread evenly. */
  pace?(options: Pace): Promise<Load>;
  /** Requests at a rate, in bursts. */
  burst?(options: Pace): Promise<Load>;
}

export interface Contestant extends Partial<Target> {
  name: string;
  /** By default autocannon with `requests`. */
  driver?: Driver;
  /** The processes that answer, by name. */
  pids: Pids;
  /** Called after each round. */
  after?: () => void;
  /** Called before the round at half of its peak. */
  settle?: () => Promise<unknown>;
}

/** Medians over the rounds. */
export interface Result {
  rps: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  /** Milliseconds, at half of rps, where the driver can keep a pace. */
  p99HalfPeak?: { spread?: number; bursts?: number };
  /** Failed requests of all rounds, and the first failure. */
  failed: number;
  failure?: string | undefined;
  /** Microseconds a request, by process. */
  cpu?: Record<string, number>;
  /** Requests for each second of processor time of these. */
  rpsPerCore?: number;
  /** Microseconds a request that the load generator itself takes from the machine. */
  loadCpu: number;
}

/** The figures of a round; `used` and `own` are processor times in microseconds, of the contestant and of the load generator. */
type Round = Load & { used: Record<string, number> | undefined; own: number };

const autocannon: Driver = {
  flood: (options) => http.flood(withTarget(options)),
  pace: (options) => http.pace(withTarget(options)),
  burst: (options) => http.burst(withTarget(options)),
};

function withTarget<T extends Partial<Target>>(options: T): T & Target {
  const { url, requests } = options;
  if (url === undefined || !requests) throw new Error('A contestant without a driver needs a url and requests.');
  return { ...options, url, requests };
}

export interface ContestOptions {
  seconds: number;
  rounds: number;
  connections?: number;
  halfPeak?: boolean;
}

/**
 * Runs the contestants in turns, A B C A B C, so that other load on the machine affects all of them equally.
 * @param title for the progress lines
 * @returns the results by name
 */
export async function contest<N extends string>(
  title: string,
  contestants: (Contestant & { name: N })[],
  { seconds, rounds, connections, halfPeak = false }: ContestOptions,
): Promise<Record<N, Result>> {
  for (const one of contestants) {
    progress(`${title}: ${one.name} warms up`);
    await round(one, (driver) => driver.flood({ ...target(one), seconds: Math.max(1, Math.floor(seconds / 2)), connections }));
  }
  const taken = new Map<N, Round[]>(contestants.map(({ name }) => [name, []]));
  for (let turn = 1; turn <= rounds; turn++)
    for (const one of contestants) {
      const figures = await round(one, (driver) => driver.flood({ ...target(one), seconds, connections }));
      taken.get(one.name)?.push(figures);
      progress(`${title}: ${one.name}, round ${turn} of ${rounds}: ${Math.round(figures.rps)} requests/s`);
    }
  const results = Object.fromEntries([...taken].map(([name, rounds]) => [name, summary(rounds)])) as Record<N, Result>;
  if (halfPeak) for (const one of contestants) await addHalfPeak(title, one, results[one.name], { seconds, rounds });
  return results;
}

const target = ({ url, requests }: Contestant): Partial<Target> => ({ ...(url !== undefined && { url }), ...(requests && { requests }) });

async function addHalfPeak(title: string, one: Contestant, result: Result, { seconds, rounds }: ContestOptions): Promise<void> {
  const options = { ...target(one), seconds, rate: result.rps / 2 };
  const driver = one.driver ?? autocannon;
  for (const [way, offer] of [
    ['spread', driver.pace],
    ['bursts', driver.burst],
  ] as const) {
    if (!offer) continue;
    await one.settle?.();
    const taken: Round[] = [];
    await round(one, () => offer(options)); // to warm up
    while (taken.length < rounds) taken.push(await round(one, () => offer(options)));
    const p99s = taken.map(({ p99 }) => p99);
    progress(`${title}: ${one.name} at half of its peak, ${way}: p99 ${p99s.map((ms) => ms.toFixed(1)).join(', ')} ms`);
    result.p99HalfPeak = { ...result.p99HalfPeak, [way]: median(p99s) };
    result.failed += taken.reduce((sum, { failed }) => sum + failed, 0);
    result.failure ??= taken.find(({ failure }) => failure)?.failure;
  }
}

async function round({ pids, after, driver = autocannon }: Contestant, load: (driver: Driver) => Promise<Load>): Promise<Round> {
  const before = cpuTimes(pids);
  const ownBefore = process.cpuUsage();
  const figures = await load(driver);
  const own = process.cpuUsage(ownBefore);
  after?.();
  await quiet(pids); // work after the answer counts as cost of the request
  const used = cpuBetween(before, cpuTimes(pids));
  return { ...figures, used, own: own.user + own.system };
}

function summary(rounds: Round[]): Result {
  const middle = (pick: (round: Round) => number) => median(rounds.map(pick));
  const processes = Object.keys(rounds[0]?.used ?? {});
  const cpu = processes.length
    ? Object.fromEntries(processes.map((name) => [name, middle((r) => (r.used?.[name] ?? 0) / r.requests)]))
    : undefined;
  return {
    rps: middle((r) => r.rps),
    p50: middle((r) => r.p50),
    p99: middle((r) => r.p99),
    failed: rounds.reduce((sum, r) => sum + r.failed, 0),
    failure: rounds.find((r) => r.failure)?.failure,
    loadCpu: middle((r) => r.own / r.requests),
    ...(cpu && { cpu, rpsPerCore: 1e6 / Object.values(cpu).reduce((sum, us) => sum + us, 0) }),
  };
}
