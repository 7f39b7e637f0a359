import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';
import { messageOf } from '../setup/fault.mjs';
import { rankOf } from './statistics.ts';

export interface Target {
  url: string;
  requests: autocannon.Request[];
}

/** The result of a round. */
export interface Load {
  /** Requests answered with 2xx. */
  requests: number;
  /** Requests answered with anything else, or not at all. */
  failed: number;
  /** The first failure. */
  failure?: string | undefined;
  /** Requests a second. */
  rps: number;
  /** Milliseconds from the request to the end of its answer. */
  p50: number;
  p99: number;
}

const CONNECTIONS = 64;
const GROUPS = 32;

/** Sends requests over keep-alive connections, one at a time on each, as fast as they are answered. */
export async function flood({
  seconds,
  connections = CONNECTIONS,
  ...target
}: Target & { seconds: number; connections?: number | undefined }): Promise<Load> {
  const counted = counter();
  await fire(counted, { ...target, connections, duration: seconds });
  return counted.load();
}

/** Sends `rate` requests a second, in a burst at the start of each second, as autocannon does: full load for a part of the time. */
export async function burst({ seconds, rate, ...target }: Target & { seconds: number; rate: number }): Promise<Load> {
  const counted = counter();
  await fire(counted, { ...target, connections: CONNECTIONS, overallRate: Math.max(1, Math.round(rate)), duration: seconds });
  return counted.load();
}

/** Sends `rate` requests a second, spread over the second: the connections are in groups whose bursts start one after another. */
export async function pace({ seconds, rate, ...target }: Target & { seconds: number; rate: number }): Promise<Load> {
  const counted = counter();
  const share = {
    ...target,
    connections: CONNECTIONS / GROUPS,
    overallRate: Math.max(1, Math.round(rate / GROUPS)),
    duration: seconds + 1,
  };
  const groups = Array.from({ length: GROUPS }, async (_, i) => {
    await sleep((i * 1000) / GROUPS);
    await fire(counted, share);
  });
  await sleep(1000);
  counted.begin(); // all connections are open
  await sleep(seconds * 1000);
  const load = counted.load();
  await Promise.all(groups);
  return load;
}

async function fire({ good, bad }: Counter, options: autocannon.Options): Promise<void> {
  const run = autocannon({ sampleInt: 100, timeout: 10, ...options });
  const events = run as unknown as autocannon.Instance; // it is both, which its types do not say
  events.on('response', (_client, status, _bytes, ms) => (status > 199 && status < 300 ? good(ms) : bad(`HTTP ${status}`)));
  events.on('reqError', (error: unknown) => bad(messageOf(error)));
  const { timeouts } = await run;
  for (let i = 0; i < timeouts; i++) bad('no answer within 10 s');
}

export type Counter = ReturnType<typeof counter>;

/** Collects every latency in milliseconds: autocannon's own histogram has a resolution of a millisecond. */
export function counter() {
  let latencies: number[] = [];
  let failed = 0;
  let failure: string | undefined;
  let began = performance.now();
  let last = began;
  const begin = () => {
    [latencies, failed, failure] = [[], 0, undefined];
    began = last = performance.now();
  };
  return {
    begin,
    good(ms: number) {
      last = performance.now();
      latencies.push(ms);
    },
    bad(why: string) {
      failed++;
      failure ??= why;
    },
    load(): Load {
      const sorted = Float64Array.from(latencies).sort();
      const [p50, p99] = [rankOf(sorted, 0.5), rankOf(sorted, 0.99)];
      return { requests: sorted.length, failed, failure, rps: (sorted.length * 1000) / (last - began), p50, p99 };
    },
  };
}
