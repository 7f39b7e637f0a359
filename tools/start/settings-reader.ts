// Run by check-settings.ts: reads the settings of every service like the service itself, and returns the faults. The settings
// arrive over IPC, so that no secret appears in an environment.
import { ConfigError } from '@skep/platform';
import type { SettingFault } from './check-settings.ts';
import { configOf } from './config-classes.ts';

interface AppSettings {
  name: string;
  env: Record<string, string>;
}

process.once('message', (apps: AppSettings[]) => void report(apps));

async function report(apps: AppSettings[]): Promise<void> {
  const faults = await Promise.all(apps.map(findFaults));
  process.send?.(faults.flat(), undefined, undefined, () => process.disconnect());
}

async function findFaults({ name, env }: AppSettings): Promise<SettingFault[]> {
  const config = await configOf(name);
  try {
    config.read(env);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.lines.map((line) => ({ name, line }));
  }
}
