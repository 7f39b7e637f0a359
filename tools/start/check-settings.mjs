import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Fault } from '../setup/fault.mjs';
import { NODE } from '../setup/paths.mjs';
import { appWaves, systemEnv } from './apps.mjs';
import { databaseUrls } from './databases.mjs';
import { services } from './services.mjs';

const reader = fileURLToPath(new URL('./settings-reader.mjs', import.meta.url));
/** Placeholders for the URLs of embedded servers, which start later. */
const placeholders = { postgres: 'postgresql://127.0.0.1:5432', nats: 'nats://127.0.0.1:4222' };

/**
 * Validates the settings of every service before anything is written.
 * @param {ReturnType<import('./settings.mjs').readSettings>} settings
 * @param {Record<string, string>} secrets
 * @throws Fault that lists the faults of all services
 */
export async function checkSettings(settings, secrets) {
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

/** Reads the settings in a Node 24 process, as the services do. @returns {Promise<{ name: string, line: string }[]>} */
function readAll(apps, env) {
  const child = spawn(NODE, [reader], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  child.send(apps.map(({ name, env }) => ({ name, env })));
  return new Promise((resolve, reject) => {
    child.once('message', resolve).once('error', reject);
    child.once('exit', (code) => reject(new Error(`Could not check the settings (exit code ${code}).`)));
  });
}
