import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Profiler, Runtime } from 'node:inspector';
import { ROOT } from '../setup/paths.mjs';

const SHOWN = 25;

/**
 * Lists the functions with the most self time in each process of Skep.
 * @param folder of the CPU profiles
 * @param since process.hrtime at the start of the load; earlier samples are ignored
 */
export function hotFunctions(folder: string, since: bigint): string {
  const files = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile'));
  const profiles = files.map((file) => ({ file, ...ownTimes(join(folder, file), Number(since / 1000n)) })).sort((a, b) => b.all - a.all);
  return profiles
    .filter(({ all }) => all > (profiles[0]?.all ?? 0) / 10)
    .map(describe)
    .join('\n\n');
}

/** A function in a CPU profile. */
type Frame = Runtime.CallFrame;

// Times in a profile are microseconds of the monotonic clock, like hrtime.
function ownTimes(path: string, since: number) {
  const profile = JSON.parse(readFileSync(path, 'utf8')) as Profiler.Profile;
  const { nodes, samples = [], timeDeltas = [], startTime } = profile;
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, number>();
  let all = 0;
  let now = startTime;
  samples.forEach((id, i) => {
    const delta = timeDeltas[i] ?? 0;
    now += delta;
    const frame = frames.get(id);
    if (!frame || now < since || frame.functionName === '(idle)') return;
    const name = nameOf(frame);
    times.set(name, (times.get(name) ?? 0) + delta);
    all += delta;
  });
  return { times, all };
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  const file = url.startsWith('file:') ? relative(pathToFileURL(ROOT).href, url).replace(/^.*node_modules\//, '') : url;
  return `${functionName || '(anonymous)'}${file && `  ${file}:${lineNumber + 1}`}`;
}

function describe({ file, times, all }: { file: string; times: Map<string, number>; all: number }): string {
  const top = [...times].sort(([, a], [, b]) => b - a).slice(0, SHOWN);
  const lines = top.map(([name, us]) => `  ${((us / all) * 100).toFixed(1).padStart(5)} %  ${name}`);
  return [`${file}: ${(all / 1e6).toFixed(1)} s busy`, ...lines].join('\n');
}
