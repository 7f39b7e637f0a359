// `npm run bench`: see --help. Runs on the same Node as the services.
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { run } from '../setup/fault.mjs';
import { stopAsked, stopSignal } from '../setup/stop-signal.mjs';
import type { Measured } from './measurement.ts';
import { measurements } from './measurements/index.ts';
import { help, type Options, readOptions } from './options.ts';
import { hotFunctions } from './profile.ts';
import { progress } from './progress.ts';
import { isMet, table } from './report.ts';
import { type Skep, startSkep } from './skep.ts';

await run(async () => {
  const options = readOptions(process.argv.slice(2), measurements);
  if (!options) return void console.log(help(measurements));
  progress('Starting Postgres, NATS and the services …');
  const skep = await startSkep(options);
  const since = process.hrtime.bigint();
  try {
    await Promise.race([runMeasurements(skep, options), stopAsked]);
    stopSignal.throwIfAborted();
  } finally {
    await skep.stop();
  }
  if (options.cpuProf) console.log(hotFunctions(options.cpuProf, since));
});
if (stopSignal.aborted) process.exit(); // the interrupted round still runs

async function runMeasurements(skep: Skep, options: Options): Promise<void> {
  const figures: Record<string, object> = {};
  const machine = describeMachine();
  console.log(`${machine.model}, ${machine.cores} cores, ${machine.memory_gib} GiB, Node ${machine.node}\n`);
  for (const name of options.names) {
    stopSignal.throwIfAborted();
    const measured: Measured | undefined = await measurements[name]?.run(skep, options);
    if (!measured) continue;
    console.log(`${table(measured)}\n`);
    figures[name] = { ...measured, targets: measured.targets.map((target) => ({ ...target, met: isMet(target) })) };
  }
  const { json, seconds, rounds } = options;
  if (json) writeFileSync(json, `${JSON.stringify({ taken_at: new Date(), machine, seconds, rounds, measurements: figures }, null, 2)}\n`);
}

function describeMachine() {
  const model = cpus()[0]?.model ?? process.arch;
  return { model, cores: availableParallelism(), memory_gib: Math.round(totalmem() / 2 ** 30), node: process.versions.node };
}
