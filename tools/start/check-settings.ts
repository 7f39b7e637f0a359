import type { App } from '@skep/platform/app-host';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { NODE } from '../setup/paths.mjs';
import { appWaves, systemEnv } from './apps.ts';
import { databaseUrls } from './databases.ts';
import { services } from './services.mjs';
import type { Settings } from './settings.mjs';

const reader = fileURLToPath(new URL('./settings-reader.ts', import.meta.url));
/** Placeholders for the URLs of embedded servers, which start later. */
const placeholders = { postgres: 'postgresql://127.0.0.1:5432', nats: 'nats://127.0.0.1:4222' };

/** A setting that a service does not accept, as a line of the error. */
export interface SettingFault {
  name: string;
  line: string;
}

/**
 * Validates the settings of every service before anything is written.
 * @throws Fault that lists the faults of all services
 */
export async function checkSettings(settings: Settings, secrets: Record<string, string>): Promise<void> {
  const ports = Object.fromEntries(services.map(({ name }) => [name, 0]));
  const databases = databaseUrls(settings.databaseUrl ?? placeholders.postgres, secrets);
  const apps = appWaves({ settings, secrets, databases, natsUrl: settings.natsUrl ?? placeholders.nats, ports }).flat();
  const faults = await readAll(apps, systemEnv(settings.env));
  if (faults.length === 0) return;
  const lines = [...new Set(faults.map(({ line }) => line))].map((line) => {
    const readers = faults.filter((fault) => fault.line === line).map(({ name }) => name);
    return `  ${line} (${readers.join(', ')})`;
  });
  throw new Fault(`Invalid settings. Nothing has been changed.\n${lines.join('\n')}`);
}

/** Reads the settings in a separate process, as the services do. */
function readAll(apps: App[], env: NodeJS.ProcessEnv): Promise<SettingFault[]> {
  const child = spawn(NODE, [reader], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(apps.map(({ name, env }) => ({ name, env })));
  return new Promise((resolve, reject) => {
    child.once('message', resolve).once('error', reject);
    child.once('exit', (code) => reject(new Error(`Could not check the settings (exit code ${code}).`)));
  });
}
