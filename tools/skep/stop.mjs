import { rmSync } from 'node:fs';
import { isAlive, terminate } from '../start/processes.mjs';
import { readRunFile, runFileOf } from '../start/run-file.mjs';
import { dataFolder } from '../start/settings.mjs';

/** A launcher stops its own services, and lets the gateway drain first. */
const LAUNCHER_MS = 320_000;

/** @type {import('../cli/commands.mjs').Command[]} */
export const commands = [
  {
    usage: 'stop [--json]',
    summary: 'Stops the Skep of the data folder, or what it left running when it was killed',
    example: 'stop',
    async run() {
      const data = dataFolder();
      const running = readRunFile(data);
      if (!running) return { data: { stopped: [] }, text: `Nothing runs on ${data}.` };
      const stopped = await stopAll(running);
      rmSync(runFileOf(data), { force: true });
      return { data: { stopped }, text: stopped.length > 0 ? `Stopped: ${stopped.join(', ')}.` : `Nothing runs on ${data} any more.` };
    },
  },
];

/** In the order in which a launcher stops them. @returns {Promise<string[]>} what was running */
async function stopAll({ launcher, services = [], nats, postgres }) {
  const stopped = [];
  await stop('npm start', launcher, { within: LAUNCHER_MS });
  for (const id of services) await stop('services', id);
  await stop('NATS', nats);
  await stop('Postgres', postgres, { signal: 'SIGINT' }); // ends its sessions, where SIGTERM would wait for them
  return stopped;

  async function stop(what, id, how) {
    if (!isAlive(id)) return;
    await terminate(id, how);
    stopped.push(what);
  }
}
