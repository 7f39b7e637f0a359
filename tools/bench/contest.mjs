import { cpuBetween, cpuTimes, quiet } from './cpu.mjs';
import * as http from './load.mjs';
import { progress } from './progress.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Contestant
 * @property {string} name
 * @property {string} [url]
 * @property {object[]} [requests] in autocannon's format
 * @property {{ flood: Function, pace?: Function, burst?: Function }} [driver] the load generator; by default autocannon with `requests`
 * @property {Record<string, number>} pids the processes that answer, by name
 * @property {() => void} [after] called after each round
 * @property {() => Promise<unknown>} [settle] called before the round at half of its peak
 *
 * @typedef {object} Result medians over the rounds
 * @property {number} rps
 * @property {number} p50 ms
 * @property {number} p99 ms
 * @property {{ spread: number, bursts?: number }} [p99HalfPeak] ms, at half of rps, where the driver can keep a pace
 * @property {number} failed requests, of all rounds
 * @property {string} [failure] the first of them
 * @property {Record<string, number>} [cpu] µs a request, by process
 * @property {number} [rpsPerCore] requests for each second of processor time of these
 * @property {number} loadCpu µs a request that the load generator itself takes from the machine
 */

/**
 * Runs the contestants in turns, A B C A B C, so that other load on the machine affects all of them equally.
 * @param {string} title for the progress lines
 * @param {Contestant[]} contestants
 * @param {{ seconds: number, rounds: number, connections?: number, halfPeak?: boolean }} options
 * @returns {Promise<Record<string, Result>>} by name
 */
export async function contest(title, contestants, { seconds, rounds, connections, halfPeak = false }) {
  for (const one of contestants) {
    progress(`${title}: ${one.name} warms up`);
    await round(one, ({ flood }) => flood({ ...one, seconds: Math.max(1, Math.floor(seconds / 2)), connections }));
  }
  const taken = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  for (let turn = 1; turn <= rounds; turn++)
    for (const one of contestants) {
      const figures = await round(one, ({ flood }) => flood({ ...one, seconds, connections }));
      taken[one.name].push(figures);
      progress(`${title}: ${one.name}, round ${turn} of ${rounds}: ${Math.round(figures.rps)} requests/s`);
    }
  const results = Object.fromEntries(contestants.map(({ name }) => [name, summary(taken[name])]));
  if (halfPeak) for (const one of contestants) await addHalfPeak(title, one, results[one.name], { seconds, rounds });
  return results;
}

async function addHalfPeak(title, one, result, { seconds, rounds }) {
  const options = { ...one, seconds, rate: result.rps / 2 };
  const driver = one.driver ?? http;
  for (const [way, offer] of [
    ['spread', driver.pace],
    ['bursts', driver.burst],
  ]) {
    if (!offer) continue;
    await one.settle?.();
    const taken = [];
    await round(one, () => offer(options)); // to warm up
    while (taken.length < rounds) taken.push(await round(one, () => offer(options)));
    const p99s = taken.map(({ p99 }) => p99);
    progress(`${title}: ${one.name} at half of its peak, ${way}: p99 ${p99s.map((ms) => ms.toFixed(1)).join(', ')} ms`);
    result.p99HalfPeak = { ...result.p99HalfPeak, [way]: median(p99s) };
    result.failed += taken.reduce((sum, { failed }) => sum + failed, 0);
    result.failure ??= taken.find(({ failure }) => failure)?.failure;
  }
}

async function round({ pids, after, driver = http }, load) {
  const before = cpuTimes(pids);
  const ownBefore = process.cpuUsage();
  const figures = await load(driver);
  const own = process.cpuUsage(ownBefore);
  after?.();
  await quiet(pids); // work after the answer counts as cost of the request
  const used = cpuBetween(before, cpuTimes(pids));
  return { ...figures, used, own: own.user + own.system };
}

function summary(rounds) {
  const middle = (pick) => median(rounds.map(pick));
  const processes = Object.keys(rounds[0].used ?? {});
  const cpu = processes.length ? Object.fromEntries(processes.map((name) => [name, middle((r) => r.used[name] / r.requests)])) : undefined;
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
