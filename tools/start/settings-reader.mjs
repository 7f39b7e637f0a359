// Runs on Node 24 for check-settings.mjs: reads the settings of every service like the service itself, and returns the faults. The settings
// arrive over IPC, so that no secret appears in an environment.
import { ConfigError } from '@skep/platform';
import { configOf } from './config-classes.mjs';

process.once('message', async (/** @type {{ name: string, env: Record<string, string> }[]} */ apps) => {
  const faults = await Promise.all(apps.map(findFaults));
  process.send(faults.flat(), () => process.disconnect());
});

async function findFaults({ name, env }) {
  const config = await configOf(name);
  try {
    config.read(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.lines.map((line) => ({ name, line }));
  }
}
