import { setTimeout as sleep } from 'node:timers/promises';
import autocannon from 'autocannon';

/**
 * @typedef {object} Target
 * @property {string} url
 * @property {object[]} requests in autocannon's format
 *
 * @typedef {object} Load the result of a round
 * @property {number} requests answered with 2xx
 * @property {number} failed answered with anything else, or not at all
 * @property {string} [failure] the first failure
 * @property {number} rps requests a second
 * @property {number} p50 milliseconds from the request to the end of its answer
 * @property {number} p99
 */

const CONNECTIONS = 64;
const GROUPS = 32;

/**
 * Sends requests over keep-alive connections, one at a time on each, as fast as they are answered.
 * @param {Target & { seconds: number, connections?: number }} options
 * @returns {Promise<Load>}
 */
export async function flood({ seconds, connections = CONNECTIONS, ...target }) {
  const counted = counter();
  await fire(counted, { ...target, connections, duration: seconds });
  return counted.load();
}

/**
 * Sends `rate` requests a second, in a burst at the start of each second, as autocannon does: full load for a part of the time.
 * @param {Target & { seconds: number, rate: number }} options
 * @returns {Promise<Load>}
 */
export async function burst({ seconds, rate, ...target }) {
  const counted = counter();
  await fire(counted, { ...target, connections: CONNECTIONS, overallRate: Math.max(1, Math.round(rate)), duration: seconds });
  return counted.load();
}

/**
 * Sends `rate` requests a second, spread over the second: the connections are in groups whose bursts start one after another.
 * @param {Target & { seconds: number, rate: number }} options
 * @returns {Promise<Load>}
 */
export async function pace({ seconds, rate, ...target }) {
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

async function fire({ good, bad }, options) {
  const run = autocannon({ sampleInt: 100, timeout: 10, ...options });
  run.on('response', (_client, status, _bytes, ms) => (status > 199 && status < 300 ? good(ms) : bad(`HTTP ${status}`)));
  run.on('reqError', (error) => bad(String(error?.message ?? error)));
  const { timeouts } = await run;
  for (let i = 0; i < timeouts; i++) bad('no answer within 10 s');
}

/** Collects every latency in milliseconds: autocannon's own histogram has a resolution of a millisecond. */
export function counter() {
  let latencies, failed, failure, began, last;
  const begin = () => {
    [latencies, failed, failure] = [[], 0, undefined];
    began = last = performance.now();
  };
  begin();
  return {
    begin,
    good(ms) {
      last = performance.now();
      latencies.push(ms);
    },
    bad(why) {
      failed++;
      failure ??= why;
    },
    load() {
      const sorted = Float64Array.from(latencies).sort();
      const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
      return { requests: sorted.length, failed, failure, rps: (sorted.length * 1000) / (last - began), p50: at(0.5), p99: at(0.99) };
    },
  };
}
