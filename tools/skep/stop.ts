import type { Command } from '../cli/commands.ts';
import { rmSync } from 'node:fs';
import { isAlive, type ProcessId, terminate } from '../start/processes.mjs';
import { readRunFile, type RunFile, runFileOf } from '../start/run-file.mjs';
import { dataFolder } from '../start/settings.mjs';

/** A launcher stops its services itself, and first lets the gateway drain. */
const LAUNCHER_TIMEOUT_MS = 320_000;

export const commands: Command[] = [
  {
    usage: 'stop [--json]',
    summary: 'Stops the Skep that uses the data folder, and processes that a killed launcher left running',
    example: 'stop',
    async run() {
      const data = dataFolder();
      const running = readRunFile(data);
      if (!running) return { data: { stopped: [] }, text: `Nothing is running with the data folder ${data}.` };
      const stopped = await stopAll(running);
      rmSync(runFileOf(data), { force: true });
      return {
        data: { stopped },
        text: stopped.length > 0 ? `Stopped: ${stopped.join(', ')}.` : `Nothing was running with the data folder ${data}.`,
      };
    },
  },
];

/** Stops the processes in the order in which a launcher would. Returns those that were running. */
async function stopAll({ launcher, services = [], nats, postgres }: RunFile): Promise<string[]> {
  const stopped: string[] = [];
  await stop('npm start', launcher, { within: LAUNCHER_TIMEOUT_MS });
  for (const id of services) await stop('services', id);
  await stop('NATS', nats);
  await stop('Postgres', postgres, { signal: 'SIGINT' }); // SIGTERM would wait for its sessions to end
  return stopped;

  async function stop(name: string, id: ProcessId | undefined, options?: Parameters<typeof terminate>[1]): Promise<void> {
    if (!id || !isAlive(id)) return;
    await terminate(id, options);
    stopped.push(name);
  }
}
