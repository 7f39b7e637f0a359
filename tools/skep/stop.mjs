import { rmSync } from 'node:fs';
import { isAlive, terminate } from '../start/processes.mjs';
import { readRunFile, runFileOf } from '../start/run-file.mjs';
import { dataFolder } from '../start/settings.mjs';

/** A launcher stops its services itself, and first lets the gateway drain. */
const LAUNCHER_TIMEOUT_MS = 320_000;

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
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

/** Stops the processes in the order in which a launcher would. @returns {Promise<string[]>} those that were running */
async function stopAll({ launcher, services = [], nats, postgres }) {
  const stopped = [];
  await stop('npm start', launcher, { within: LAUNCHER_TIMEOUT_MS });
  for (const id of services) await stop('services', id);
  await stop('NATS', nats);
  await stop('Postgres', postgres, { signal: 'SIGINT' }); // SIGTERM would wait for its sessions to end
  return stopped;

  async function stop(name, id, options) {
    if (!isAlive(id)) return;
    await terminate(id, options);
    stopped.push(name);
  }
}
